package main

import (
	"errors"
	"fmt"
	"sync"
	_ "unsafe" // for linkname

	"goapptrace/tracee/hook"
	"goapptrace/tracee/values"
)

var _ = hook.Unhooked(3)

// As packages log and log/slog know the hook.
//
//go:linkname logTap goapptrace.logTap
var logTap func(line []byte)

//go:linkname slogTap goapptrace.slogTap
var slogTap func(level, message string, attributes []string)

func facts() {
	var wg sync.WaitGroup
	wg.Add(1)
	go worker(&wg, 7)
	wg.Wait()
	defer func() { _ = recover() }()
	leave()
}

func worker(wg *sync.WaitGroup, id int) {
	if t := hook.Enter(&f[3]); t.Open() {
		values.Args(t, "wg,id", wg, id)
		t.Span(spanned{})
		defer t.Leave()
	}
	defer wg.Done()
	_ = fail()
	_, _ = half(8)
	logTap([]byte("a line\n"))
	slogTap("WARN", "a record", []string{"user", "ann", "passWord", "secret"})
}

type spanned struct{}

func (spanned) Name() string { return "TestSomething" }

func fail() (err error) {
	if t := hook.Enter(&f[4]); t.Open() {
		defer t.LeaveError(&err)
	}
	return errors.New("failed")
}

func half(n int) (result int, err error) {
	if t := hook.Enter(&f[5]); t.Open() {
		values.Args(t, "n", n)
		defer values.Results(t, ",err", &result, &err)
	}
	return n / 2, errors.New("halved")
}

// show does with a text what programs do.
func show(text string) (result string, err error) {
	if t := hook.Enter(&f[7]); t.Open() {
		values.Args(t, "text", text)
		t.Span(named(text))
		defer values.Results(t, "result,err", &result, &err)
	}
	logTap([]byte("with " + text + "\n"))
	slogTap("INFO", "is "+text, []string{"key " + text, text})
	return text + "!", fmt.Errorf("no %q", text)
}

type named string

func (n named) Name() string { return string(n) }

func leave() {
	if t := hook.Enter(&f[6]); t.Open() {
		defer t.Leave()
	}
	panic("leave")
}
