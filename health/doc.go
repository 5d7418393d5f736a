// Package health tells machines how a server fares: over HTTP, to this machine alone.
//
// [NewTally] adds up what sessions bring, [Listen] serves /healthz, /readyz and Prometheus's /metrics, [Server.Ready] tells
// whether the server does its work, [Server.Close] ends it.
//
// What programs send becomes no label: their number is bounded, and nobody else's text is in them.
package health
