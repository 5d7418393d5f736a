package commands

import (
	"fmt"
	"strconv"

	"goapptrace/linefmt"
	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// callPrinter prints calls as the printers of a local trace do.
type callPrinter struct {
	*run
	json  bool
	left  int // calls to print before it is enough, negative for any number
	heads map[place][]byte
	clock linefmt.Clock
	told  uint64 // session that the latest line is of
}

// place is a function as calls tell it.
type place struct {
	name, file protocol.Text
	line       uint64
}

// mostHeads bounds what is remembered of functions.
const mostHeads = 1 << 12

func newCallPrinter(r *run, flags *callFlags) *callPrinter {
	p := &callPrinter{run: r, json: flags.json, left: flags.calls, heads: map[place][]byte{}}
	if p.left == 0 {
		p.left = -1
	}
	return p
}

func (p *callPrinter) head() {
	if !p.json {
		fmt.Fprintln(p.out, "#          time  goroutine    duration  call")
	}
}

// endNames are what the ends are called.
var endNames = [...]string{
	model.EndOpen: "open", model.EndReturn: "return", model.EndPanic: "panic", model.EndUnknown: "lost", model.EndError: "error",
}

// call prints a call. The error is [errEnough] after the last one.
func (p *callPrinter) call(s *model.Session, row *model.CallRow) error {
	if p.json {
		p.object(s, row)
	} else {
		p.line(s, row)
	}
	if _, err := p.out.Write(p.out.line); err != nil {
		return err
	}
	if p.left--; p.left == 0 {
		return errEnough
	}
	return nil
}

func (p *callPrinter) object(s *model.Session, row *model.CallRow) {
	p.out.line = linefmt.AppendCall(p.out.line[:0], &linefmt.Call{
		Session: s.ID(), Goroutine: row.G, Function: p.function(row), StartNS: row.Start.UnixNano(), TookNS: int64(row.Duration), Timed: timed(row),
		Depth: row.Depth, End: endNames[row.End], Touched: row.Touched,
		Error: row.Err, Args: row.Args, Results: row.Results, Span: row.Span,
	})
}

// timed says whether it is known how long the call took.
func timed(row *model.CallRow) bool { return row.End != model.EndOpen && row.End != model.EndUnknown }

// function is the part of a line that names the call's function.
func (p *callPrinter) function(row *model.CallRow) []byte {
	key := place{row.Name, row.File, row.Line}
	head, ok := p.heads[key]
	if !ok {
		if len(p.heads) == mostHeads {
			clear(p.heads)
		}
		if p.json {
			head = linefmt.CallFunction(row.Name, row.File, row.Line)
		} else {
			head = []byte(safe.Text(row.Name))
		}
		p.heads[key] = head
	}
	return head
}

func (p *callPrinter) line(s *model.Session, row *model.CallRow) {
	b := p.title(p.out.line[:0], s)
	b = append(p.clock.Append(b, row.Start.UnixNano()), "  "...)
	mark := len(b)
	b = strconv.AppendUint(append(b, 'g'), row.G, 10)
	b = append(linefmt.AlignRight(b, mark, 9), "  "...)
	switch mark = len(b); {
	case !timed(row):
		b = append(b, "          "...)
	default:
		b = linefmt.AppendDuration(b, uint64(row.Duration))
		if row.Touched {
			linefmt.MarkAbout(b[mark-1:])
		}
	}
	b = append(append(b, "  "...), p.function(row)...)
	b = append(append(append(b, '('), safe.Text(row.Args)...), ')')
	if row.Results != "" {
		b = append(append(b, " = "...), safe.Text(row.Results)...)
	}
	b = append(append(b, ';'), ending(row)...)
	if row.Span != "" {
		b = fmt.Appendf(b, "  /* %s */", safe.Text(row.Span))
	}
	p.out.line = append(b, '\n')
}

// ending is how a call ended, as a plain line tells it.
func ending(row *model.CallRow) string {
	switch {
	case row.End == model.EndPanic:
		return " panicked"
	case row.End == model.EndUnknown:
		return " end lost"
	case row.End == model.EndOpen:
		return " open"
	case row.Err != "":
		return " error: " + safe.Text(row.Err)
	case row.End == model.EndError:
		return " error"
	}
	return ""
}

// title stands where the lines of another session end and those of s begin.
func (p *callPrinter) title(b []byte, s *model.Session) []byte {
	if p.told == s.ID() {
		return b
	}
	p.told = s.ID()
	return fmt.Appendf(b, "# session %d: %s\n", s.ID(), who(s.Row(p.Now())))
}

// missed tells that calls were forgotten before they could be told.
func (p *callPrinter) missed(s *model.Session, calls uint64) {
	switch {
	case calls == 0:
	case p.json:
		p.run.object(linefmt.Missed{Kind: "missed", Session: s.ID(), Calls: calls})
	default:
		fmt.Fprintf(p.out, "# session %d: %d calls went by untold: no longer kept when it was their turn\n", s.ID(), calls)
	}
}
