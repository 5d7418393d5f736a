package agent

import (
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"goapptrace/protocol"
	"goapptrace/tracee/hook"
)

// started is about when the program did.
var started = time.Now().UnixNano()

// maxHelloText bounds each text of the hello, which must stay below protocol.MaxHelloFrame as a whole.
const maxHelloText = 256

func (a *agent) hello() (*protocol.ClientHelloPacket, error) {
	secret, err := a.cfg.knownSecret()
	if err != nil {
		return nil, err
	}
	exe, _ := os.Executable()
	app := a.cfg.app
	if app == "" {
		app = exe[strings.LastIndexAny(exe, `/\`)+1:]
	}
	host, _ := os.Hostname()
	p := &protocol.ClientHelloPacket{
		AppName:         clip(app),
		ClientSecret:    protocol.Text(secret),
		ProtocolVersion: protocol.Text(protocol.Current.String()),
		PID:             int64(os.Getpid()),
		Host:            clip(host),
		ExecPath:        clip(exe),
		GoVersion:       clip(runtime.Version()),
		StartTime:       started,
		GOMAXPROCS:      int64(runtime.GOMAXPROCS(0)),
		Epoch:           a.epoch,
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		p.ModulePath, p.ModuleVersion = clip(info.Main.Path), clip(info.Main.Version)
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				p.Revision = clip(s.Value)
			}
		}
	}
	p.WallClock, p.MonoClock = time.Now().UnixNano(), hook.Now()
	return p, nil
}

func clip(s string) protocol.Text {
	return protocol.Text(s[:min(len(s), maxHelloText)])
}
