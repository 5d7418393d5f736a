package recording

import (
	"bytes"
	"regexp"
	"testing"
	"time"

	"goapptrace/model"
)

func TestShop(t *testing.T) {
	rec, err := Shop()
	if err != nil {
		t.Fatal(err)
	}
	s, err := rec.Play(model.New(model.Limits{}), 1, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	row := s.Row(rec.Begin())
	if row.App != "shop" || row.Malformed > 0 || row.Orphans > 0 || !row.Settled || row.Difference != 0 || row.Exit == nil || row.Exit.Status != 0 {
		t.Errorf("the session is %+v", row)
	}
	if row.Calls < 1000 || row.Functions < 50 {
		t.Errorf("%d calls of %d functions", row.Calls, row.Functions)
	}
}

// The recording tells nothing of the machine that it was made on.
func TestNothingOfTheMachine(t *testing.T) {
	rec, err := Shop()
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := regexp.MustCompile(`/(?:root|tmp|var|work|Users|home/[^a])[\w./-]*`)
	for _, m := range rec.Moments {
		for _, data := range [][]byte{m.Raw, m.Output, []byte(rec.Remote)} {
			if found := elsewhere.Find(data); found != nil {
				t.Fatalf("the recording holds %q", found)
			}
		}
	}
}

func TestWriteAndRead(t *testing.T) {
	rec := &Recording{Remote: "here", Moments: []Moment{{At: time.Unix(1, 2), Stream: "stdout", Output: []byte("hi")}}}
	var out bytes.Buffer
	if err := rec.Write(&out); err != nil {
		t.Fatal(err)
	}
	again, err := Read(&out)
	if err != nil || again.Remote != "here" || len(again.Moments) != 1 || !again.Begin().Equal(rec.Begin()) || string(again.Moments[0].Output) != "hi" {
		t.Errorf("read %+v, %v", again, err)
	}
}
