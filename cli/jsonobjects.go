package cli

// schema is the version of the JSON lines. Within a version objects and fields only get added.
const schema = 2

// The objects of --json, one a line, as docs/json.md describes them. Calls and packets are written by hand,
// for they are many: see jsonFeed.

type listeningObject struct {
	Kind      string     `json:"kind"` // "listening"
	V         int        `json:"v"`
	Addresses []jsonText `json:"addresses"`
	Notices   []jsonText `json:"notices,omitempty"`
}

type sessionObject struct {
	Kind       string   `json:"kind"` // "session"
	ID         uint64   `json:"id"`
	App        jsonText `json:"app"`
	PID        int64    `json:"pid"`
	Version    string   `json:"version"`
	State      string   `json:"state"`
	Reason     jsonText `json:"reason"`
	AtNS       int64    `json:"at_ns"`
	Remote     jsonText `json:"remote"`
	FailedStep string   `json:"failed_step,omitempty"`
	Fix        jsonText `json:"fix,omitempty"`
	Host       jsonText `json:"host,omitempty"`
	ExecPath   jsonText `json:"exec_path,omitempty"`
	GoVersion  jsonText `json:"go_version,omitempty"`
	Module     jsonText `json:"module,omitempty"`
	Epoch      int64    `json:"epoch"`
	Salvaged   *uint64  `json:"salvaged,omitempty"`
}

type statsObject struct {
	Kind        string           `json:"kind"` // "stats"
	Session     uint64           `json:"session"`
	AtNS        int64            `json:"at_ns"`
	Final       bool             `json:"final"`
	Events      uint64           `json:"events"`
	Calls       uint64           `json:"calls"`
	Open        int              `json:"open"`
	Unpaired    uint64           `json:"unpaired"`
	Unkept      uint64           `json:"unkept"`
	Counted     uint64           `json:"counted"`
	Emitted     uint64           `json:"emitted"`
	Lost        uint64           `json:"lost"`
	LostCauses  []causeObject    `json:"lost_causes"`
	Packets     uint64           `json:"packets"`
	Bytes       uint64           `json:"bytes"`
	DetailsLost uint64           `json:"details_lost"`
	Unhooked    uint64           `json:"unhooked"`
	Functions   []functionObject `json:"functions,omitempty"`
}

type causeObject struct {
	Cause  jsonText `json:"cause"`
	Events uint64   `json:"events"`
}

type functionObject struct {
	Function jsonText `json:"function"`
	File     jsonText `json:"file"`
	Line     uint64   `json:"line"`
	Calls    uint64   `json:"calls"`
	TotalNS  uint64   `json:"total_ns"`
	SelfNS   uint64   `json:"self_ns"`
	MeanNS   uint64   `json:"mean_ns"`
	P50NS    uint64   `json:"p50_ns"`
	P90NS    uint64   `json:"p90_ns"`
	P99NS    uint64   `json:"p99_ns"`
	MaxNS    uint64   `json:"max_ns"`
	Panics   uint64   `json:"panics"`
	Errors   uint64   `json:"errors"`
	Lost     uint64   `json:"lost"`
	Touched  uint64   `json:"touched"`
}

type goroutineObject struct {
	Kind      string   `json:"kind"` // "goroutine"
	Session   uint64   `json:"session"`
	Goroutine uint64   `json:"goroutine"`
	Parent    uint64   `json:"parent"`
	Entry     jsonText `json:"entry"`
	Creator   jsonText `json:"creator"`
	File      jsonText `json:"file"`
	Line      uint64   `json:"line"`
}

type logObject struct {
	Kind      string       `json:"kind"` // "log"
	Session   uint64       `json:"session"`
	Goroutine uint64       `json:"goroutine"`
	AtNS      int64        `json:"at_ns"`
	Stream    jsonText     `json:"stream"`
	Level     jsonText     `json:"level,omitempty"`
	Text      jsonText     `json:"text"`
	Attrs     []attrObject `json:"attrs,omitempty"`
}

type attrObject struct {
	Key   jsonText `json:"key"`
	Value jsonText `json:"value"`
}

type lostObject struct {
	Kind     string   `json:"kind"` // "lost"
	Session  uint64   `json:"session"`
	Function jsonText `json:"function"`
	Events   uint64   `json:"events"`
}

type gapObject struct {
	Kind    string `json:"kind"` // "gap"
	Session uint64 `json:"session"`
	From    uint64 `json:"from"`
	To      uint64 `json:"to"`
}

type exitObject struct {
	Kind   string   `json:"kind"` // "exit"
	Status int      `json:"status"`
	Signal string   `json:"signal"`
	Crash  jsonText `json:"crash"`
}
