package commands

import (
	"cmp"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"goapptrace/linefmt"
	"goapptrace/ui"
	"goapptrace/ui/safe"
)

func (r *run) viewersCommand() *cobra.Command {
	var json bool
	cmd := &cobra.Command{
		Use: "viewers [flags]", Short: "List who watches, and who did what to sessions", Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			if r.Company == nil {
				return nil
			}
			viewers, deeds := r.Company.Viewers(), r.Company.Deeds()
			if json {
				for _, v := range viewers {
					r.object(r.viewerObject(v))
				}
				for _, d := range deeds {
					r.object(deedObject(d))
				}
				return nil
			}
			fmt.Fprintln(r.out, "#   id  role     kind     since     name")
			for _, v := range viewers {
				r.viewerLine(v)
			}
			for _, d := range deeds {
				fmt.Fprintf(r.out, "# %s: %s (viewer %d) %s session %d\n", clock(d.At), cmp.Or(safe.String(d.Name), "somebody"), d.Viewer, safe.String(d.What), d.Session)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&json, "json", false, "print one JSON object a line")
	return cmd
}

func clock(at time.Time) string { return at.Format(time.TimeOnly) }

func (r *run) viewerLine(v ui.Viewer) {
	fmt.Fprintf(r.out, "%6d  %-7s  %-7s  %s  %s", v.ID, safe.String(v.Role), safe.String(v.Kind), clock(v.Since), cmp.Or(safe.String(v.Name), "without a name"))
	for _, more := range []string{v.Remote, v.Fingerprint} {
		if more != "" {
			fmt.Fprintf(r.out, ", %s", safe.String(more))
		}
	}
	if v.ID == r.Self {
		fmt.Fprint(r.out, " (you)")
	}
	fmt.Fprintln(r.out)
}

func (r *run) viewerObject(v ui.Viewer) any {
	return struct {
		Kind        string       `json:"kind"` // "viewer"
		ID          uint64       `json:"id"`
		Name        linefmt.Text `json:"name"`
		Role        string       `json:"role"`
		By          string       `json:"by"`
		SinceNS     int64        `json:"since_ns"`
		Remote      linefmt.Text `json:"remote"`
		Fingerprint linefmt.Text `json:"fingerprint"`
		You         bool         `json:"you,omitempty"`
	}{"viewer", v.ID, linefmt.Text(v.Name), v.Role, v.Kind, v.Since.UnixNano(), linefmt.Text(v.Remote), linefmt.Text(v.Fingerprint), v.ID == r.Self}
}

func deedObject(d ui.Deed) any {
	return struct {
		Kind    string       `json:"kind"` // "deed"
		AtNS    int64        `json:"at_ns"`
		Viewer  uint64       `json:"viewer"`
		Name    linefmt.Text `json:"name"`
		Session uint64       `json:"session"`
		What    linefmt.Text `json:"what"`
	}{"deed", d.At.UnixNano(), d.Viewer, linefmt.Text(d.Name), d.Session, linefmt.Text(d.What)}
}
