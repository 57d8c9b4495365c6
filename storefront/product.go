package storefront

// A product is there so that the shop has pages. Its slug names its drawing in products.svg as well.
type product struct {
	Slug, Name, Price, Text string
}

// drawing is hidden from screen readers: the name stands beside it.
func (p product) drawing() markup {
	return fill(`<svg viewBox="0 0 64 64" aria-hidden="true"><use href="/products.svg#%s"/></svg>`, p.Slug)
}

func products() []product {
	return []product{
		{"notebook", "Pocket notebook", "$6.50", "Ninety-six dotted pages that lie flat, for what you would otherwise write on your hand."},
		{"pencil", "Carpenter’s pencil", "$1.90", "Flat, so that it does not roll off the desk, and soft enough to sketch with."},
		{"watch", "Field watch", "$84.00", "Large figures, a second hand, and fifteen minutes marked in red on the dial."},
		{"mug", "Enamel mug", "$12.00", "Holds as much coffee as it takes to read a specification."},
		{"lamp", "Desk lamp", "$39.00", "Bends where you want it and stays there. Warm light, no glare."},
		{"tote", "Canvas tote", "$18.00", "Carries all of the above, and a loaf of bread."},
	}
}
