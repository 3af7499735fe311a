package rehearse

// walls can be left out one by one, by tests that show that the other one stands.
type walls struct {
	NoLandlock, NoSeccomp bool
}
