package storefront

import (
	"cmp"
	_ "embed"
	"net/http"
	"net/url"
)

//go:embed pages/style.css
var styleSheet []byte

//go:embed pages/products.svg
var drawings []byte

// layout takes a page's title, the shop's name, the statement's switches, the header, the content and the snippet.
const layout markup = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>%s – %s – jotwatch's test storefront</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<div class="statement" role="note">
<p><strong>This is jotwatch's test storefront, not BigCommerce.</strong> Nothing is sold here, and everybody can sign in as anybody.</p>
<p>%s</p>
</div>
<header>
%s
</header>
<main>
%s
</main>
%s</body>
</html>
`

func (s *Storefront) render(w http.ResponseWriter, r *http.Request, status int, title string, content markup) {
	page := fill(layout, title, s.name, s.switchesOn(), s.header(s.signedIn(r)), content, s.snippet)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(page))
}

// switchesOn names the switches that are on, and leads to them.
func (s *Storefront) switchesOn() markup {
	on := markup("No switch is on.")
	if words := s.current().Words(); len(words) > 0 {
		on = "Switches that are on: " + each(words, func(word string) markup {
			return fill(`<span class="switch">%s</span> `, word)
		})
	}
	return on + fill(` <a href="%s">Change switches</a>`, s.link("/switches"))
}

// header has the shop's name and who is signed in: nil is a guest.
func (s *Storefront) header(customer *Customer) markup {
	visitor := fill(`<a class="button" href="%s">Sign in</a>`, s.link("/sign-in"))
	if customer != nil {
		visitor = fill(`<form method="post" action="/sign-out"><span>Signed in as <strong>%s</strong></span>
<a href="%s">Change customer</a>
<button>Sign out</button></form>`, customer.Name, s.link("/sign-in"))
	}
	return fill(`<a class="name" href="%s">%s</a>
<nav aria-label="Customer">
%s
</nav>`, s.link("/"), s.name, visitor)
}

// problem shows a page that says what went wrong.
func (s *Storefront) problem(w http.ResponseWriter, r *http.Request, status int, title, text string) {
	s.render(w, r, status, title, fill(`<h1>%s</h1>
<p>%s</p>`, title, text))
}

func (s *Storefront) maintenance(w http.ResponseWriter, r *http.Request) {
	s.problem(w, r, http.StatusServiceUnavailable, "Down for maintenance",
		"The store is not available at the moment, because the switch “maintenance” is on.")
}

func (s *Storefront) notFound(w http.ResponseWriter, r *http.Request) {
	s.problem(w, r, http.StatusNotFound, "Not found", "There is no such page here.")
}

// open shows a page of the shop unless the shop is under maintenance. Signing in and the switches stay: one must get out.
func (s *Storefront) open(show http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if s.current().Maintenance {
			s.maintenance(w, r)
			return
		}
		show(w, r)
	}
}

func (s *Storefront) welcome(w http.ResponseWriter, r *http.Request) {
	listed := each(products(), func(p product) markup {
		return fill(`
<li><a href="%s">
%s
<span>%s</span> <span class="price">%s</span></a></li>`, s.link("/products/"+p.Slug), p.drawing(), p.Name, p.Price)
	})
	var store markup
	if s.app.StoreHash != "" {
		store = fill(`
<p>It speaks for the store <strong>%s</strong>.</p>`, s.app.StoreHash)
	}
	s.render(w, r, http.StatusOK, "Welcome", fill(`%s
<h2>Products</h2>
<ul class="products">%s
</ul>
<h2>The token endpoint</h2>
<p>A script on these pages gets the token of whoever is signed in from this address, as in a real store:</p>
<p><a class="address" href="/customer/current.jwt?app_client_id=%s">/customer/current.jwt?app_client_id=%s</a></p>%s`,
		s.greeting(s.signedIn(r)), listed, url.QueryEscape(s.app.ClientID), s.app.ClientID, store))
}

func (s *Storefront) greeting(customer *Customer) markup {
	if customer == nil {
		return fill(`<h1>Welcome</h1>
<p>You are a guest. <a href="%s">Sign in</a> as one of the customers to get a token.</p>`, s.link("/sign-in"))
	}
	return fill(`<h1>Welcome, %s</h1>
<p>You are signed in as customer <strong>#%s</strong>, %s, %s.</p>`,
		customer.Name, customer.ID, cmp.Or(customer.Email, "without an e-mail address"), customer.group("in no group"))
}

func (s *Storefront) product(w http.ResponseWriter, r *http.Request) {
	for _, p := range products() {
		if p.Slug == r.PathValue("slug") {
			s.render(w, r, http.StatusOK, p.Name, fill(`<p><a href="%s">← All products</a></p>
<div class="product">
%s
<div>
<h1>%s</h1>
<p class="price">%s</p>
<p>%s</p>
<p class="quiet">It cannot be bought: this shop is for trying tokens.</p>
</div>
</div>`, s.link("/"), p.drawing(), p.Name, p.Price, p.Text))
			return
		}
	}
	s.notFound(w, r)
}
