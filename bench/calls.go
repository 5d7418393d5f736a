package main

// calls are what one call costs, entered and left, beside what it could cost otherwise.
func (b *bench) calls() []row {
	res := results{}
	hook := benchmark{b.dir("tracee/hook"), "^BenchmarkCall$/^(plain|off|on|count|error-check|args|two-clock-reads|trace-region)$"}
	if err := b.goTest(res, b.count, hook, benchmark{".", "^BenchmarkCall$"}); err != nil {
		return []row{broken("call", err)}
	}
	call := func(name, part string) row { return res.row(name, "Call/"+part, "ns/op", "ns") }
	plain, clock := call("call, no hook", "plain"), call("two clock reads", "two-clock-reads")
	rows := []row{plain, call("call, hook off", "off").to(plain), clock}
	for _, r := range []row{
		call("call, hook on", "on"),
		call("call, counted", "count"),
		call("call, hook on, error looked at", "error-check"),
		call("call, hook on, two arguments and a result", "args"),
		call("runtime/trace region", "trace-region"),
		call("OpenTelemetry span", "otel-span"),
		b.uftrace(),
		b.delve(),
	} {
		rows = append(rows, r.to(clock))
	}
	return rows
}

// events are what one event costs on its way from a ring to the model, and what it takes.
func (b *bench) events() []row {
	res := results{}
	err := b.goTest(res, b.count, benchmark{b.dir("tracee/hook"), "^BenchmarkDrain$"}, benchmark{b.dir("tracee/agent"), "^BenchmarkPack$"},
		benchmark{b.dir("protocol"), "^BenchmarkBatch$/^decode$"}, benchmark{b.dir("session"), "^BenchmarkReceive$"},
		benchmark{b.dir("model"), "^BenchmarkIngest$"})
	if err == nil {
		err = b.goTest(res, 1, benchmark{b.dir("model"), "^BenchmarkCalls$/^64functions$/^newest$"})
	}
	if err != nil {
		return []row{broken("event", err)}
	}
	event := func(name, benchmark string) row { return res.row(name, benchmark, "ns/event", "ns") }
	return []row{
		event("event, taken from the rings", "Drain"),
		event("event, encoded", "Pack"),
		event("event, decoded", "Batch/decode"),
		event("event, from the socket to the viewer", "Receive"),
		event("event, taken into the model", "Ingest"),
		res.row("event, on the wire", "Pack", "B/event", "bytes"),
		res.row("event, kept in the model", "Calls/64functions/newest", "B/event", "bytes"),
	}
}
