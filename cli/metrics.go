package cli

import (
	"context"

	"github.com/spf13/pflag"

	"goapptrace/health"
)

// metricsOptions say where a server tells machines how it fares.
type metricsOptions struct{ addr metricsAddr }

func (o *metricsOptions) register(flags *pflag.FlagSet) {
	flags.Var(&o.addr, "metrics", "tell machines on this host:port, such as 127.0.0.1:9464, how the server fares: /healthz, /readyz, and /metrics for Prometheus")
}

// open serves what there is to tell about s; nil when nobody asked for it.
func (o *metricsOptions) open(s *served) (*health.Server, error) {
	if o.addr == "" {
		return nil, nil //nolint:nilnil // there need be none
	}
	return health.Listen(context.Background(), string(o.addr), s.sources(), s.log)
}

// sources are what is told about s.
func (s *served) sources() health.Sources {
	all := health.Sources{
		Version: version(), Store: s.store, Tally: s.tally, Watch: s.watch, Session: s.hub.server.Stats, Viewers: s.present,
	}
	if s.viewers.server != nil {
		all.SSH = s.ssh
	}
	return all
}

// present are the viewers, without their names.
func (s *served) present() []health.Viewer {
	list := s.viewers.room.List()
	all := make([]health.Viewer, len(list))
	for i, v := range list {
		all[i] = health.Viewer{Kind: v.Kind, Role: v.Role.String()}
	}
	return all
}

func (s *served) ssh() health.SSH {
	stats := s.viewers.server.Stats()
	return health.SSH{
		Accepted: stats.Accepted, Refused: stats.Refused, Failed: stats.Failed, Stalled: stats.Dropped, Unauthenticated: stats.Unauthenticated,
	}
}

// metricsAddr is a loopback address as a flag, or empty.
type metricsAddr string

// Set implements [github.com/spf13/pflag.Value].
func (a *metricsAddr) Set(text string) error {
	if text != "" {
		if err := health.CheckAddress(text); err != nil {
			return err
		}
	}
	*a = metricsAddr(text)
	return nil
}

// String implements [github.com/spf13/pflag.Value].
func (a *metricsAddr) String() string { return string(*a) }

// Type implements [github.com/spf13/pflag.Value].
func (*metricsAddr) Type() string { return "address" }
