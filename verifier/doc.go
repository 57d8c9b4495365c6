// Package verifier judges the tokens that a BigCommerce developer meets: text in, facts out.
//
// [Inspect] never fails: a malformed token is a finding, and whatever can be decoded is in the report. The package does
// no I/O, starts no goroutine and reads no clock; what depends on the time takes it as an argument. It fetches no key,
// opens no URL that a token names, decrypts nothing, and never takes the algorithm from the token alone.
package verifier
