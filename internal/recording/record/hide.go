package main

import (
	"os"
	"os/exec"
	"reflect"
	"strings"

	"goapptrace/internal/recording"
	"goapptrace/protocol"
)

// hider replaces what tells of the machine: its name, and where things lie on it.
type hider struct{ replace *strings.Replacer }

func newHider(dir string) (*hider, error) {
	module, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, err
	}
	host, err := os.Hostname()
	if err != nil {
		return nil, err
	}
	const home = "/home/ada/"
	return &hider{strings.NewReplacer(dir, home+"bin", module, home+"goapptrace", strings.TrimSpace(string(goroot)), "/usr/local/go", host, "atlas")}, nil
}

func (h *hider) all(rec *recording.Recording) error {
	rec.Remote = h.replace.Replace(rec.Remote)
	for i := range rec.Moments {
		if err := h.moment(&rec.Moments[i]); err != nil {
			return err
		}
	}
	return nil
}

func (h *hider) moment(m *recording.Moment) error {
	m.Output = []byte(h.replace.Replace(string(m.Output)))
	h.value(reflect.ValueOf(m.Step))
	h.hello(m.Hello)
	if m.Raw == nil {
		return nil
	}
	p, err := protocol.DecodeFrame(m.Raw)
	if err != nil {
		return err
	}
	h.value(reflect.ValueOf(p))
	if hello, ok := p.(*protocol.ClientHelloPacket); ok {
		h.hello(hello)
	}
	m.Raw, err = protocol.AppendFrame(nil, p)
	return err
}

func (h *hider) hello(p *protocol.ClientHelloPacket) {
	if p != nil {
		h.value(reflect.ValueOf(p))
		p.PID, p.Revision = 4123, "8d51c2e"
	}
}

// value replaces in all texts that v leads to.
func (h *hider) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			h.value(v.Elem())
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			h.value(field)
		}
	case reflect.Slice:
		for i := range v.Len() {
			h.value(v.Index(i))
		}
	case reflect.String:
		v.SetString(h.replace.Replace(v.String()))
	}
}
