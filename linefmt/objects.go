package linefmt

import (
	"bytes"
	"encoding/json"
)

// Schema is the version of the JSON lines. Within a version objects and fields only get added.
const Schema = 2

// The objects of --json, one a line, as docs/json.md describes them. Calls and packets are written by hand,
// for they are many: [AppendCall].

// Listening says what is listened on.
type Listening struct {
	Kind      string `json:"kind"` // "listening"
	V         int    `json:"v"`
	Addresses []Text `json:"addresses"`
	Notices   []Text `json:"notices,omitempty"`
}

// Session is a session in a state.
type Session struct {
	Kind       string  `json:"kind"` // "session"
	ID         uint64  `json:"id"`
	App        Text    `json:"app"`
	PID        int64   `json:"pid"`
	Version    string  `json:"version"`
	State      string  `json:"state"`
	Reason     Text    `json:"reason"`
	AtNS       int64   `json:"at_ns"`
	Remote     Text    `json:"remote"`
	Crash      Text    `json:"crash,omitempty"`
	FailedStep string  `json:"failed_step,omitempty"`
	Fix        Text    `json:"fix,omitempty"`
	Host       Text    `json:"host,omitempty"`
	ExecPath   Text    `json:"exec_path,omitempty"`
	GoVersion  Text    `json:"go_version,omitempty"`
	Module     Text    `json:"module,omitempty"`
	Epoch      int64   `json:"epoch"`
	Salvaged   *uint64 `json:"salvaged,omitempty"`
	Stats      *Stats  `json:"stats,omitempty"` // where sessions are listed
}

// Stats is what a session adds up to.
type Stats struct {
	Kind        string     `json:"kind"` // "stats"
	Session     uint64     `json:"session"`
	AtNS        int64      `json:"at_ns"`
	Final       bool       `json:"final"`
	Events      uint64     `json:"events"`
	Calls       uint64     `json:"calls"`
	Open        int        `json:"open"`
	Unpaired    uint64     `json:"unpaired"`
	Unkept      uint64     `json:"unkept"`
	Counted     uint64     `json:"counted"`
	Emitted     uint64     `json:"emitted"`
	Lost        uint64     `json:"lost"`
	LostCauses  []Cause    `json:"lost_causes"`
	Packets     uint64     `json:"packets"`
	Bytes       uint64     `json:"bytes"`
	DetailsLost uint64     `json:"details_lost"`
	Unhooked    uint64     `json:"unhooked"`
	Functions   []Function `json:"functions,omitempty"`
}

// Cause is how many events were lost by a cause.
type Cause struct {
	Cause  Text   `json:"cause"`
	Events uint64 `json:"events"`
}

// Function is what the calls of a function add up to.
type Function struct {
	Function Text   `json:"function"`
	File     Text   `json:"file"`
	Line     uint64 `json:"line"`
	Calls    uint64 `json:"calls"`
	TotalNS  uint64 `json:"total_ns"`
	SelfNS   uint64 `json:"self_ns"`
	MeanNS   uint64 `json:"mean_ns"`
	P50NS    uint64 `json:"p50_ns"`
	P90NS    uint64 `json:"p90_ns"`
	P99NS    uint64 `json:"p99_ns"`
	MaxNS    uint64 `json:"max_ns"`
	Panics   uint64 `json:"panics"`
	Errors   uint64 `json:"errors"`
	Lost     uint64 `json:"lost"`
	Touched  uint64 `json:"touched"`
}

// Goroutine is where a goroutine comes from.
type Goroutine struct {
	Kind      string `json:"kind"` // "goroutine"
	Session   uint64 `json:"session"`
	Goroutine uint64 `json:"goroutine"`
	Parent    uint64 `json:"parent"`
	Entry     Text   `json:"entry"`
	Creator   Text   `json:"creator"`
	File      Text   `json:"file"`
	Line      uint64 `json:"line"`
}

// Log is a line that the program logged.
type Log struct {
	Kind      string `json:"kind"` // "log"
	Session   uint64 `json:"session"`
	Goroutine uint64 `json:"goroutine"`
	AtNS      int64  `json:"at_ns"`
	Stream    Text   `json:"stream"`
	Level     Text   `json:"level,omitempty"`
	Text      Text   `json:"text"`
	Attrs     []Attr `json:"attrs,omitempty"`
}

// Attr is an attribute of such a line.
type Attr struct {
	Key   Text `json:"key"`
	Value Text `json:"value"`
}

// Lost is how many events are missing.
type Lost struct {
	Kind     string `json:"kind"` // "lost"
	Session  uint64 `json:"session"`
	Function Text   `json:"function"`
	Events   uint64 `json:"events"`
}

// Gap is batches that never came.
type Gap struct {
	Kind    string `json:"kind"` // "gap"
	Session uint64 `json:"session"`
	From    uint64 `json:"from"`
	To      uint64 `json:"to"`
}

// Missed is how many calls were forgotten before they could be told to a reader who was slow.
type Missed struct {
	Kind    string `json:"kind"` // "missed"
	Session uint64 `json:"session"`
	Calls   uint64 `json:"calls"`
}

// Exit is how the program ended.
type Exit struct {
	Kind    string `json:"kind"` // "exit"
	Session uint64 `json:"session,omitempty"`
	Status  int    `json:"status"`
	Signal  string `json:"signal"`
	Crash   Text   `json:"crash"`
}

// AppendObject writes o as a line. The objects hold nothing that can't be encoded.
func AppendObject(dst []byte, o any) []byte {
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(o); err != nil {
		panic(err)
	}
	return append(dst, line.Bytes()...)
}
