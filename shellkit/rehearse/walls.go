package rehearse

// walls can be left out one by one, by tests that show that the others stand.
type walls struct {
	NoLandlock, NoSeccomp bool // without seccomp the supervisor judges no call either
	NoNetwork, NoIPC      bool // namespaces
	NoDrop                bool // of capabilities
}
