package verifier

import "time"

// meanings says in a few words what each claim is for.
var meanings = map[string]string{
	"customer.id":       "the signed-in customer's id in the store",
	"customer.email":    "the customer's e-mail address",
	"customer.group_id": "the customer group, \"0\" for none; may be cached",
	"iss":               "who issued the token",
	"sub":               "the store it is about",
	"iat":               "issued",
	"nbf":               "valid from",
	"exp":               "expires",
	"eat":               "expires",
	"version":           "the version of this token's layout",
	"aud":               "the client id of the app it is for",
	"application_id":    "the app's client id again",
	"store_hash":        "the store it comes from",
	"operation":         "what the token is for",
	"jti":               "the token's own id, for single use",
	"cid":               "the channel it is for",
	"cors":              "the origins that may use it",
	"sid":               "the store's id",
	"sub_type":          "what sub names",
	"token_type":        "what sort of token it is",
	"customer_id":       "the customer to sign in",
	"channel_id":        "the channel",
	"redirect_to":       "where to go after signing in",
	"redirect_url":      "ignored by BigCommerce: the claim's name is redirect_to",
	"request_ip":        "the only address that may use it",
	"url":               "the page that was opened in the control panel",
	"user.id":           "the control panel user who acts",
	"user.email":        "that user's e-mail address",
	"user.locale":       "that user's language",
	"owner.id":          "the store owner's id",
	"owner.email":       "the store owner's e-mail address",
	"data.store_id":     "the store's id",
	"data.order_id":     "the order to be paid",
	"data.amount":       "the amount",
	"data.currency":     "the currency",
}

func meaning(kind Kind, name string, value Value) string {
	words := meanings[name]
	switch {
	case kind == CustomerLogin && name == "iss":
		words = "the client id of the app that made it"
	case kind == StorefrontAPI && name == "sub":
		words = "the client id that asked for it"
	}
	switch name {
	case "iat", "nbf", "exp", "eat":
		if seconds, milliseconds, ok := readDate(value); ok {
			words += " " + time.Unix(seconds, 0).UTC().Format("2006-01-02 15:04:05 UTC")
			if milliseconds {
				words += " (given in milliseconds)"
			}
		}
	}
	return words
}
