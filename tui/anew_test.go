package tui

import (
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"jotwatch/inbox"
	"jotwatch/verifier"
)

// unsigned is a console whose profile lacks its secret, and the credentials that have it.
func unsigned(tb testing.TB, n int) (m Model, secret []verifier.Credential) {
	tb.Helper()
	cfg := benchConfig(inbox.Limits{})
	secret = slices.Clone(cfg.Given)
	cfg.Given[0].Secret = verifier.Secret{}
	return arrived(tb, cfg, n), secret
}

// learns is the console once the secret was fetched, before the steps that this takes.
func learns(m Model, secret []verifier.Credential) (Model, tea.Cmd) {
	m.cfg.Inbox.Use(secret)
	return m.judgedAnew()
}

// wants fails unless a list is just what its filter wants, in order.
func wants(t *testing.T, m Model) {
	t.Helper()
	if want := m.cfg.Inbox.Filter(m.tokens.query, m.now, nil); !slices.Equal(m.tokens.shown, want) {
		t.Errorf("%d are shown, want %d", len(m.tokens.shown), len(want))
	}
}

// What a secret settles is looked at in steps. Whatever happens between them, the list is in order all the time, and right at the
// end.
func TestJudgedAnewInSteps(t *testing.T) {
	t.Parallel()
	const n = 3 * stepLength
	for _, c := range []struct {
		name, query string
		between     func(Model) (Model, tea.Cmd)
		want        int
	}{
		{"gone from the filter", "is:unverified", nil, 0},
		{"into the filter", "is:valid", nil, n},
		{"some of them", "is:valid email:shopper1", nil, 1 + 10 + 100 + 500},
		{"a second change", "is:valid", func(m Model) (Model, tea.Cmd) { return m.judgedAnew() }, n},
		{"a change back", "is:valid", func(m Model) (Model, tea.Cmd) { return learns(m, m.cfg.Given) }, 0},
		{"another filter", "is:unverified", func(m Model) (Model, tea.Cmd) {
			q, _ := inbox.ParseQuery("is:valid")
			return m.filtered(q).looksOn()
		}, n},
		{"one is deleted", "is:valid", func(m Model) (Model, tea.Cmd) {
			return m.removed(m.tokens.shown[0]), nil
		}, n - 1},
		{"the last one looked at is deleted", "is:valid", func(m Model) (Model, tea.Cmd) { return m.removed(m.tokens.looked), nil }, n - 1},
		{"one arrives", "is:valid", func(m Model) (Model, tea.Cmd) {
			m, _ = m.received([]*inbox.Arrival{{ID: m.cfg.Queue.NextID(), At: m.now, Status: 200, Text: shopperToken(t, n, m.now)}}, m.now)
			return m, nil
		}, n + 1},
		{"a second passes", "is:valid", func(m Model) (Model, tea.Cmd) { return m.at(m.now.Add(time.Second)), nil }, n},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m, secret := unsigned(t, n)
			q, err := inbox.ParseQuery(c.query)
			if err != nil {
				t.Fatal(err)
			}
			m = m.filtered(q)
			m, next := learns(m, secret)
			if next == nil {
				t.Fatal("it was done in one step")
			}
			if c.between != nil {
				var more tea.Cmd
				if m, more = c.between(m); more != nil {
					t.Error("there are two who take steps")
				}
			}
			for steps := 0; next != nil; steps++ {
				if !slices.IsSortedFunc(m.tokens.shown, bySeq) {
					t.Fatal("the list is out of order")
				}
				if steps > 10 {
					t.Fatal("it does not end")
				}
				_ = m.View()
				var model tea.Model
				model, next = m.Update(next())
				m = model.(Model)
			}
			if m.count() != c.want {
				t.Errorf("%d are shown, want %d", m.count(), c.want)
			}
			wants(t, m)
		})
	}
}

// A filter that is set after a secret was fetched has its steps too; and without a filter there are none.
func TestFilteredAfterSecret(t *testing.T) {
	t.Parallel()
	m, secret := unsigned(t, 2*stepLength+1)
	m, next := learns(m, secret)
	if next != nil {
		t.Error("there are steps without a filter")
	}
	q, _ := inbox.ParseQuery("is:valid")
	for _, query := range []*inbox.Query{q, nil, q} { // it is cleared in between, and set again
		if m, next = m.filtered(query).looksOn(); next != nil && query == q {
			m = updated(m, next())
		}
	}
	for m.tokens.stepping {
		m = updated(m, stepMsg{})
	}
	if m.count() != 2*stepLength+1 {
		t.Errorf("%d are shown", m.count())
	}
	wants(t, m)
}

// BenchmarkSecret is a secret that is fetched while 100,000 unverified arrivals are filtered: how long it takes until the list is
// right, and the longest time that a key waits meanwhile.
func BenchmarkSecret(b *testing.B) {
	for b.Loop() {
		m, secret := unsigned(b, full)
		m = queried(b, m, "is:unverified")
		var longest time.Duration
		began := time.Now()
		step := began
		m, next := learns(m, secret)
		for next != nil {
			msg := next()
			model, then := m.Update(msg)
			_ = model.View()
			m, next = model.(Model), then
			longest, step = max(longest, time.Since(step)), time.Now()
		}
		b.ReportMetric(float64(time.Since(began).Milliseconds()), "ms/right")
		b.ReportMetric(float64(longest.Microseconds())/1000, "ms/longest-step")
	}
}
