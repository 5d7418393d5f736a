package ui

import (
	"testing"

	"goapptrace/model"
)

// The renderer's ticker is where it is looked for, also after an update of Bubble Tea.
func TestPace(t *testing.T) {
	l := newLive(t, Config{Store: model.New(model.Limits{}), Theme: ThemeDark}, 80, 24, func(*root) {})
	l.send(press("z"))
	l.stop()
	if l.root.pace.ticker == nil {
		t.Error("frames are written at the renderer's own pace")
	}
}
