package inbox

import (
	"fmt"
	"hash/maphash"
	"slices"
	"strconv"
	"strings"
	"time"

	"jotwatch/verifier"
)

const (
	// cachedAge is how old a token is at its arrival at least to be taken for one from BigCommerce's cache.
	cachedAge = 5 * time.Second
	// longestGroup is how much of a group's id is remembered, in bytes: it is a number.
	longestGroup = 32
	// mostSubjects bounds how many customers, and how many stores, are remembered.
	mostSubjects = 100_000
)

// A history is what earlier arrivals show about a new one.
type history struct {
	seed      maphash.Seed
	tokens    map[uint64]uint64 // the latest arrival of each customer's token of one iat
	customers map[uint64]group
	clocks    map[string]*clock // of stores
}

// A group is the customer group that a token named, and which arrival's it was.
type group struct {
	id     uint64
	name   string
	cached bool // it may be a stale one
}

func newHistory() history {
	return history{maphash.MakeSeed(), map[uint64]uint64{}, map[uint64]group{}, map[string]*clock{}}
}

// see compares a Current Customer token with earlier ones of those that are held, and remembers it. A token that is
// wrong proves nothing.
func (h *history) see(a *Arrival, r *verifier.Report, held map[uint64]*Arrival) {
	issued, dated := r.IssuedAt()
	customer := r.Customer()
	verdict := r.Verdict(a.At)
	if r.Kind != verifier.CurrentCustomer || !dated || customer.ID == "" || verdict == verifier.Malformed || verdict == verifier.Invalid {
		return
	}
	app, _ := r.Claims.String("aud")
	a.customerKey = h.sum(app, r.Store(), customer.ID)
	a.tokenKey = h.sum(app, r.Store(), customer.ID, strconv.FormatInt(issued.Unix(), 10))
	cached := false
	if earlier, ok := h.tokens[a.tokenKey]; ok {
		cached = true
		says := "It is the token of #%d again: out of BigCommerce's cache, or sent twice."
		if other := held[earlier]; other == nil || other.report.Token != r.Token {
			says = "It has the iat of arrival #%d, of the same customer, and is not the same text: the cache does that, or it was made by hand."
		}
		a.findings = append(a.findings, verifier.Finding{Code: verifier.CodeClaimsCached, Severity: verifier.Note, Message: fmt.Sprintf(says, earlier)})
	}
	h.tokens[a.tokenKey] = a.ID
	h.compareGroups(a, held, customer, cached || a.At.Sub(issued) > cachedAge)
	if r.Signature == verifier.SignatureVerified && a.Source == Listener && !cached {
		h.compareClocks(a, r.Store(), issued)
	}
}

func (h *history) sum(parts ...string) uint64 {
	var sum maphash.Hash
	sum.SetSeed(h.seed)
	for _, part := range parts {
		_, _ = sum.WriteString(part)
		_ = sum.WriteByte(0)
	}
	return sum.Sum64()
}

// compareGroups notes a group of 0 in a cached token where another token of the same customer names a group.
func (h *history) compareGroups(a *Arrival, held map[uint64]*Arrival, customer verifier.Customer, cached bool) {
	name := strings.Clone(customer.Group[:min(len(customer.Group), longestGroup)])
	before, known := h.customers[a.customerKey]
	if !known && len(h.customers) >= mostSubjects {
		clear(h.customers)
	}
	h.customers[a.customerKey] = group{a.ID, name, cached}
	switch {
	case !known || before.name == name:
	case noGroup(name) && cached:
		a.findings = append(a.findings, staleGroup(name, before.id, before.name))
		h.customers[a.customerKey] = before // which is the true one
	case noGroup(before.name) && before.cached && held[before.id] != nil:
		other := held[before.id]
		other.findings = append(other.findings, staleGroup(before.name, a.ID, name))
	}
}

func noGroup(group string) bool { return group == "0" || group == "" || group == "null" }

func staleGroup(says string, other uint64, group string) verifier.Finding {
	return verifier.Finding{
		Code: verifier.CodeClaimsStaleGroup, Severity: verifier.Note,
		Message: fmt.Sprintf("Its customer.group_id is %q, but arrival #%d of the same customer has %q: BigCommerce's cache can hold a group of 0 that is no longer true.", says, other, group),
		Fix:     "Do not decide by group_id alone; ask the Management API for the customer's group where it matters.",
	}
}

// forget lets go what only an arrival that is no longer held stood for.
func (h *history) forget(a *Arrival) {
	if h.tokens[a.tokenKey] == a.ID {
		delete(h.tokens, a.tokenKey)
	}
	if h.customers[a.customerKey].id == a.ID {
		delete(h.customers, a.customerKey)
	}
}

const (
	clockTokens = 8               // that a clock is judged by
	leastTokens = 3               // that prove something
	leastSkew   = 5 * time.Second // that is said
	leastSpread = 3 * time.Second // over more than that, they are of different ages and not of a wrong clock
)

// A clock is that of a store, seen by how old its tokens are when they arrive.
type clock struct {
	ages []time.Duration // at arrival, newest last
}

// compareClocks estimates how far this machine's clock is from a store's, over several tokens of different iat: none can arrive before
// it was issued, and where several of the freshest are equally old it is not the cache that made them so.
func (h *history) compareClocks(a *Arrival, store string, issued time.Time) {
	c := h.clocks[store]
	if c == nil {
		if len(h.clocks) >= mostSubjects {
			clear(h.clocks)
		}
		c = &clock{}
		h.clocks[store] = c
	}
	if len(c.ages) == clockTokens {
		c.ages = slices.Delete(c.ages, 0, 1)
	}
	c.ages = append(c.ages, a.At.Sub(issued))
	skew, ok := c.skew()
	if !ok {
		return
	}
	direction := "ahead of"
	if skew < 0 {
		direction = "behind"
	}
	a.findings = append(a.findings, verifier.Finding{
		Code: verifier.CodeTimeSkew, Severity: verifier.Warning,
		Message: fmt.Sprintf("This machine's clock seems to be %s %s the store's: so say the freshest of the last %d tokens.", verifier.Span(time.Unix(0, 0), time.Unix(0, 0).Add(skew)), direction, len(c.ages)),
		Fix:     "Set this machine's clock by NTP, and look at that of the server that runs your backend.",
	})
}

// skew is how far this machine's clock is ahead of the store's, and whether that can be said.
func (c *clock) skew() (time.Duration, bool) {
	if len(c.ages) < leastTokens {
		return 0, false
	}
	least, agree := slices.Min(c.ages), 0
	for _, age := range c.ages {
		if age-least <= leastSpread {
			agree++
		}
	}
	return least, (least <= -leastSkew || least >= leastSkew) && agree >= leastTokens
}

// Skew is how far this machine's clock is ahead of a store's, negative where it is behind, as far as its tokens tell.
func (b *Inbox) Skew(store string) (skew time.Duration, ok bool) {
	if c := b.history.clocks[store]; c != nil {
		return c.skew()
	}
	return 0, false
}
