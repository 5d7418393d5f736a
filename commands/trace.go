package commands

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// answerTime is how long a program may take to answer.
const answerTime = 5 * time.Second

// modes are the trace modes.
var modes = []string{protocol.ModeFull, protocol.ModeCount, protocol.ModeOff, protocol.ModeAuto}

func (r *run) traceCommand() *cobra.Command {
	return &cobra.Command{
		Use: "trace SESSION MODE [PATTERN]", Short: "Change how functions are traced",
		Long: `Change how functions are traced, of all whose names match or, without a pattern, of all. That takes the role operate.

The modes are: full, every call is told; count, calls and times are added up; off, the functions are left alone; auto, what the program
thinks best. In patterns * stands for any text, as in 'store.*'.`,
		Example: "  " + program + " trace 3 count 'store.*'",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) < 2 || len(args) > 3 {
				return usage(cmd, "needs a session, a mode and perhaps a pattern, not %d words", len(args))
			}
			id, err := sessionNumber(args[0])
			if err != nil {
				return usage(cmd, "%w", err)
			}
			if !slices.Contains(modes, args[1]) {
				return usage(cmd, "unknown mode %q; there are %s", args[1], strings.Join(modes, ", "))
			}
			pattern := ""
			if len(args) == 3 {
				pattern = args[2]
			}
			return r.trace(cmd.Context(), id, args[1], pattern)
		},
	}
}

// trace sends the command, and waits for the program to answer. Whether the viewer may send it is said before anything else.
func (r *run) trace(ctx context.Context, id uint64, mode, pattern string) error {
	s := r.Store.Session(id)
	var row model.SessionRow
	if s != nil {
		row = s.Row(r.Now())
	}
	if old := s != nil && row.Version == protocol.Original; old && (pattern != "" || mode != protocol.ModeFull && mode != protocol.ModeOff) {
		return fmt.Errorf("session %d: the program speaks protocol %v, which knows no patterns, and no modes but full and off", id, row.Version)
	}
	number := rand.Uint64() | 1<<63 // as nobody else's
	if err := r.Commander.Trace(id, traceCommand(number, mode, pattern)); err != nil {
		return r.denied(id, err)
	}
	if s == nil || row.Version == protocol.Original {
		fmt.Fprintf(r.out, "session %d: asked; the program is too old to answer\n", id)
		return nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, answerTime, errors.New("asked, but the program doesn't answer"))
	defer cancel()
	ack, err := r.answer(ctx, s, row.Packets+1, number)
	switch {
	case err != nil:
		return fmt.Errorf("session %d: %w", id, err)
	case ack.Error != "":
		return fmt.Errorf("session %d: the program can't: %s", id, safe.Text(ack.Error))
	}
	fmt.Fprintf(r.out, "session %d: %s, %d functions so far\n", id, mode, ack.Matched)
	return nil
}

func traceCommand(number uint64, mode, pattern string) protocol.Packet {
	if mode == protocol.ModeOff {
		return &protocol.StopTraceCmdPacket{ID: number, Pattern: protocol.Text(pattern)}
	}
	return &protocol.StartTraceCmdPacket{ID: number, Pattern: protocol.Text(pattern), Mode: protocol.Text(mode)}
}

// answer waits for the answer with the number among the packets numbered from on.
func (r *run) answer(ctx context.Context, s *model.Session, from, number uint64) (*protocol.AckPacket, error) {
	const page = 256
	for {
		seen, ended := r.Store.Changed(), s.Row(r.Now()).State.Ended()
		rows := s.Packets(model.PacketQuery{Anchor: from, After: page}).Rows
		for _, row := range rows {
			from = row.Seq + 1
			if row.Type != protocol.TypeAck {
				continue
			}
			record, _ := s.PacketAt(row.Seq)
			if ack, ok := record.Packet.(*protocol.AckPacket); ok && ack.ID == number {
				return ack, nil
			}
		}
		if len(rows) == page {
			continue
		}
		if ended {
			return nil, errors.New("has ended without an answer")
		}
		if err := wait(ctx, r.Store.Beyond(seen)); err != nil {
			return nil, err
		}
	}
}
