// Package listener is the HTTP door: a browser's POST becomes an Arrival in an inbox's queue. The storefront snippet that sends
// those POSTs is here too.
//
// It binds loopback, and any other address only with TLS and when it is told to. It answers nothing about what it was sent: no
// verdict, no echo. What it refuses it tells its owner, and a browser no more than it must.
package listener
