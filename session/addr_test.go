package session

import (
	"strings"
	"testing"
)

func TestParseAddress(t *testing.T) {
	for _, tt := range []struct {
		in      string
		want    address
		wantErr string
	}{
		{in: "unix:///run/x.sock", want: address{"unix", "/run/x.sock"}},
		{in: "unix:///run//a/../x y.sock", want: address{"unix", "/run/x y.sock"}},
		{in: "tcp://127.0.0.1:0", want: address{"tcp", "127.0.0.1:0"}},
		{in: "tcp://[::1]:8600", want: address{"tcp", "[::1]:8600"}},
		{in: "tcp://:8600", want: address{"tcp", ":8600"}},
		{in: "tls://box:8600", want: address{"tls", "box:8600"}},
		{in: "", wantErr: "want unix:///path, tcp://host:port or tls"},
		{in: "localhost:8600", wantErr: "want unix:///path, tcp://host:port or tls"},
		{in: "http://localhost:8600", wantErr: "want unix:///path, tcp://host:port or tls"},
		{in: "unix://x.sock", wantErr: "must be absolute"},
		{in: "unix://", wantErr: "must be absolute"},
		{in: "unix:///", wantErr: "name a file"},
		{in: "unix:///a\x00b", wantErr: "zero byte"},
		{in: "unix:///" + strings.Repeat("x", maxSocketPath), wantErr: "choose a shorter one"},
		{in: "tcp://localhost", wantErr: "want host:port"},
		{in: "tcp://::1:8600", wantErr: "brackets"},
		{in: "tcp://localhost:http", wantErr: "not a number"},
		{in: "tcp://localhost:65536", wantErr: "not a number"},
		{in: "tcp://localhost:-1", wantErr: "not a number"},
	} {
		got, err := parseAddress(tt.in)
		switch {
		case (err == nil) != (tt.wantErr == ""), err != nil && !strings.Contains(err.Error(), tt.wantErr):
			t.Errorf("%q: error %v, want %q", tt.in, err, tt.wantErr)
		case got != tt.want:
			t.Errorf("%q: %+v, want %+v", tt.in, got, tt.want)
		}
	}
}
