package rehearse

import "math/rand/v2"

// draw fills p with bytes that depend on seed alone.
func draw(p []byte, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 0x6c6f636b))
	for i := range p {
		p[i] = byte(r.Uint32())
	}
}
