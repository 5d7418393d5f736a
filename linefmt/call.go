package linefmt

import (
	"strconv"

	"goapptrace/protocol"
)

// Call is what the line of a call tells.
type Call struct {
	Session   uint64
	Goroutine uint64
	Function  []byte // what [CallFunction] makes: the same for all calls of a function
	StartNS   int64  // Unix time
	TookNS    int64
	Timed     bool // TookNS is known
	Depth     int
	End       string // "return", "error", "panic", "lost" or "open"
	Touched   bool

	Error, Args, Results, Span protocol.Text // empty when unknown
}

// CallFunction is the part of a call's line that names its function.
func CallFunction(name, file protocol.Text, line uint64) []byte {
	b := AppendText([]byte(`,"function":`), string(name))
	b = AppendText(append(b, `,"file":`...), string(file))
	return strconv.AppendUint(append(b, `,"line":`...), line, 10)
}

// AppendCall writes c as a line.
func AppendCall(dst []byte, c *Call) []byte {
	dst = strconv.AppendUint(append(dst, `{"kind":"call","session":`...), c.Session, 10)
	dst = strconv.AppendUint(append(dst, `,"goroutine":`...), c.Goroutine, 10)
	dst = append(dst, c.Function...)
	dst = strconv.AppendInt(append(dst, `,"start_ns":`...), c.StartNS, 10)
	dst = append(dst, `,"dur_ns":`...)
	if c.Timed {
		dst = strconv.AppendInt(dst, c.TookNS, 10)
	} else {
		dst = append(dst, "null"...)
	}
	dst = strconv.AppendInt(append(dst, `,"depth":`...), int64(c.Depth), 10)
	dst = append(append(append(dst, `,"end":"`...), c.End...), '"')
	dst = appendTold(dst, `,"error":`, c.Error)
	dst = appendTold(dst, `,"args":`, c.Args)
	dst = appendTold(dst, `,"results":`, c.Results)
	dst = appendTold(dst, `,"span":`, c.Span)
	if c.Touched {
		dst = append(dst, `,"touched":true`...)
	}
	return append(dst, "}\n"...)
}

func appendTold(dst []byte, name string, text protocol.Text) []byte {
	if text == "" {
		return dst
	}
	return AppendText(append(dst, name...), string(text))
}
