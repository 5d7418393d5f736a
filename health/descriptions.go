package health

import "github.com/prometheus/client_golang/prometheus"

// description is what a figure is about.
type description struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
}

// all are those that were described.
var all []description

func describe(kind prometheus.ValueType, name, help string, labels ...string) description {
	d := description{prometheus.NewDesc("goapptrace_"+name, help, labels, nil), kind}
	all = append(all, d)
	return d
}

func counter(name, help string, labels ...string) description {
	return describe(prometheus.CounterValue, name, help, labels...)
}

func gauge(name, help string, labels ...string) description {
	return describe(prometheus.GaugeValue, name, help, labels...)
}

// What is told of the server itself and of what it keeps.
var (
	build       = gauge("build_info", "1, labelled with the versions of goapptrace and of Go.", "version", "goversion")
	sessions    = gauge("sessions", "Sessions that are kept, by state.", "state")
	memoryHeld  = gauge("memory_retained_bytes", "Memory that retained calls, packets and output take.")
	memoryLimit = gauge("memory_limit_bytes", "Memory that retained calls, packets and output may take; the oldest go first.")
	findings    = gauge("findings_unacknowledged", "Findings of watchers that nobody has acknowledged.")
)

// What is told of what programs have sent.
var (
	events         = counter("events_total", "Beginnings and ends of calls taken in.")
	calls          = counter("calls_total", "Calls whose beginnings were taken in.")
	countedCalls   = counter("counted_calls_total", "Calls that programs have counted instead of sending them.")
	forgottenCalls = counter("forgotten_calls_total", "Calls that are no longer kept.")
	lostEvents     = counter("lost_events_total", "Events that programs had no room to record.")
	lostByCause    = counter("lost_events_by_cause_total", "The same by cause, as of the programs' latest totals.", "cause")
	unexplained    = counter("unexplained_events_total", "Events of ended sessions that neither came nor were counted as lost.")
	missingBatches = counter("missing_batches_total", "Batches of events that never came.")
	lostDetails    = counter("lost_details_total", "Arguments, results and errors' texts that were lost.")
	malformed      = counter("malformed_packets_total", "Packets whose contents made no sense.")
	newestEvent    = gauge("newest_event_timestamp_seconds", "When the newest event that was taken in happened, by its program's clock.")
)

// What is told of programs' connections.
var (
	accepted        = counter("connections_accepted_total", "Connections that were accepted.")
	established     = counter("sessions_established_total", "Connections that became sessions.")
	broken          = counter("sessions_lost_total", "Established sessions that ended without a goodbye.")
	dropped         = counter("connections_dropped_total", "Connections that came to nothing.", "cause")
	unauthenticated = gauge("connections_unauthenticated", "Connections before the end of their handshake.")
	bytesIn         = counter("received_bytes_total", "Bytes of packets that established sessions have sent.")
	packetsIn       = counter("received_packets_total", "Packets that established sessions have sent.")
)

// What is told of viewers.
var (
	viewers            = gauge("viewers", "Who watches.", "kind", "role")
	sshAccepted        = counter("viewer_connections_accepted_total", "SSH connections that were accepted.")
	sshEnded           = counter("viewer_connections_dropped_total", "SSH connections that were dropped.", "cause")
	sshUnauthenticated = gauge("viewer_connections_unauthenticated", "SSH connections that haven't proved to have a key.")
)
