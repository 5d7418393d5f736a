package main

// calls are what one call costs, entered and left, beside what it could cost otherwise.
func (b *bench) calls() []row {
	res := results{}
	const pattern = "^BenchmarkCall$"
	if err := res.goTest(b.module, pattern, b.count, b.length, "./tracee/..."); err != nil {
		return []row{broken("call", err)}
	}
	if err := res.goTest(".", pattern, b.count, b.length, "."); err != nil {
		return []row{broken("OpenTelemetry span", err)}
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
	err := res.goTest(b.module, "^Benchmark(Drain|Pack|Batch|Receive|Ingest)$", b.count, b.length,
		"./tracee/hook", "./tracee/agent", "./protocol", "./session", "./model")
	if err == nil {
		err = res.goTest(b.module, "^BenchmarkCalls$/^64functions$/^newest$", 1, b.length, "./model")
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
