package storefront

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
)

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed pages/style.css
var styleSheet []byte

//go:embed pages/products.svg
var drawings []byte

// A page is what the layout shows, around the content of its own.
type page struct {
	Title    string
	Name     string // of the profile
	Customer *Customer
	Switches []string // those that are on
	Snippet  template.HTML
	Content  any
}

func parsePages(link func(path string) string) (map[string]*template.Template, error) {
	layout, err := template.New("layout.html").Funcs(template.FuncMap{"link": link}).ParseFS(pageFiles, "pages/layout.html")
	if err != nil {
		return nil, fmt.Errorf("parse layout: %w", err)
	}
	pages := map[string]*template.Template{}
	for _, name := range []string{"welcome", "product", "sign-in", "switches", "problem"} {
		own, err := layout.Clone()
		if err == nil {
			own, err = own.ParseFS(pageFiles, "pages/"+name+".html")
		}
		if err != nil {
			return nil, fmt.Errorf("parse page %s: %w", name, err)
		}
		pages[name] = own
	}
	return pages, nil
}

func (s *Storefront) render(w http.ResponseWriter, r *http.Request, status int, name, title string, content any) {
	var b bytes.Buffer
	err := s.pages[name].Execute(&b, page{
		Title:    title,
		Name:     s.name,
		Customer: s.signedIn(r),
		Switches: s.current().Words(),
		Snippet:  s.snippet,
		Content:  content,
	})
	if err != nil {
		refuse(w, http.StatusInternalServerError, "it could not show its page "+name)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

// problem shows a page that says what went wrong.
func (s *Storefront) problem(w http.ResponseWriter, r *http.Request, status int, title, text string) {
	s.render(w, r, status, "problem", title, text)
}

func (s *Storefront) maintenance(w http.ResponseWriter, r *http.Request) {
	s.problem(w, r, http.StatusServiceUnavailable, "Down for maintenance",
		"The store is not available at the moment, because the switch “maintenance” is on.")
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
	s.render(w, r, http.StatusOK, "welcome", "Welcome", struct {
		Products            []product
		ClientID, StoreHash string
	}{products(), s.app.ClientID, s.app.StoreHash})
}

func (s *Storefront) product(w http.ResponseWriter, r *http.Request) {
	for _, p := range products() {
		if p.Slug == r.PathValue("slug") {
			s.render(w, r, http.StatusOK, "product", p.Name, p)
			return
		}
	}
	s.notFound(w, r)
}

func (s *Storefront) notFound(w http.ResponseWriter, r *http.Request) {
	s.problem(w, r, http.StatusNotFound, "Not found", "There is no such page here.")
}
