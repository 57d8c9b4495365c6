package storefront

import (
	"cmp"
	"errors"
	"mime"
	"net/http"
	"slices"
	"strconv"
)

// cookieName is of the one cookie. It holds nothing but the id of the customer who is signed in: this is no login.
const cookieName = "jotwatch_storefront"

// find returns the customer with an id as text, nil where there is none.
func (s *Storefront) find(id string) *Customer {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return nil
	}
	i := slices.IndexFunc(s.customers, func(c Customer) bool { return c.ID == n })
	if i < 0 {
		return nil
	}
	return &s.customers[i]
}

// signedIn returns who is signed in, nil for a guest. A cookie that names nobody is a guest's.
func (s *Storefront) signedIn(r *http.Request) *Customer {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return nil
	}
	return s.find(cookie.Value)
}

func (s *Storefront) chooseCustomer(w http.ResponseWriter, r *http.Request) {
	signedIn := s.signedIn(r)
	buttons := each(s.customers, func(c Customer) markup {
		var current, tag markup
		if signedIn != nil && signedIn.ID == c.ID {
			current, tag = ` aria-current="true"`, ` <span class="switch">signed in</span>`
		}
		return fill(`
<button name="customer" value="%[1]s"%[2]s>
<strong>%[3]s</strong>%[4]s
<span>#%[1]s · %[5]s · %[6]s</span>
</button>`, c.ID, current, c.Name, tag, cmp.Or(c.Email, "no e-mail address"), c.group("no group"))
	})
	s.render(w, r, http.StatusOK, "Sign in", fill(`<h1>Sign in</h1>
<p>Choose who you want to be. There is no password.</p>
<form method="post" action="/sign-in" class="customers">%s
</form>`, buttons))
}

func (s *Storefront) signIn(w http.ResponseWriter, r *http.Request) {
	if !s.readForm(w, r) {
		return
	}
	customer := s.find(r.PostForm.Get("customer"))
	if customer == nil {
		s.problem(w, r, http.StatusBadRequest, "No such customer", "Choose one of those on the sign-in page.")
		return
	}
	setCookie(w, r, strconv.FormatInt(customer.ID, 10), 0)
	http.Redirect(w, r, s.link("/"), http.StatusSeeOther)
}

func (s *Storefront) signOut(w http.ResponseWriter, r *http.Request) {
	if !s.readForm(w, r) {
		return
	}
	setCookie(w, r, "", -1)
	http.Redirect(w, r, s.link("/"), http.StatusSeeOther)
}

func setCookie(w http.ResponseWriter, r *http.Request, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // not Secure over plain HTTP, which would lose it; and it is no secret
		Name:     cookieName,
		Value:    value,
		Path:     "/",
		MaxAge:   maxAge,
		Secure:   r.TLS != nil,
		HttpOnly: true,
		SameSite: http.SameSiteLaxMode,
	})
}

// readForm reads a form that was posted, or answers with what is wrong with it.
func (s *Storefront) readForm(w http.ResponseWriter, r *http.Request) bool {
	contentType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if r.ContentLength != 0 && contentType != "application/x-www-form-urlencoded" {
		s.problem(w, r, http.StatusUnsupportedMediaType, "Not a form", "It must be application/x-www-form-urlencoded.")
		return false
	}
	err := r.ParseForm()
	if errors.As(err, new(*http.MaxBytesError)) {
		s.problem(w, r, http.StatusRequestEntityTooLarge, "Too large", "A form has at most 64 KiB.")
		return false
	}
	if err != nil {
		s.problem(w, r, http.StatusBadRequest, "Not a form", "It could not be read.")
		return false
	}
	return true
}
