package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// 3.11: what works for etcdctl works here, with the same variables, and what is refused is
// one clear line, 69, and nothing runs.
func TestSecure(t *testing.T) {
	dir := t.TempDir()
	authority := newAuthority(t, dir, "authority")
	authority.issue("server")
	authority.issue("client")
	newAuthority(t, dir, "stranger").issue("unknown")
	c := &cluster{t: t, dir: dir, secure: []string{
		"--cert-file", dir + "/server.crt", "--key-file", dir + "/server.key",
		"--client-cert-auth", "--trusted-ca-file", dir + "/authority.crt",
	}}
	c.members = []*memberProcess{{name: "m1", client: freePort(t), peer: freePort(t)}}
	known := []string{
		"ETCDCTL_API=3", "ETCDCTL_ENDPOINTS=https://" + c.members[0].client, "LOCKKIT_DIR=" + dir + "/locks",
		"ETCDCTL_CACERT=" + dir + "/authority.crt", "ETCDCTL_CERT=" + dir + "/client.crt", "ETCDCTL_KEY=" + dir + "/client.key",
	}
	c.environment = known
	c.start()
	on := "etcd://" + c.members[0].client

	// try runs our command with more in its environment, which comes last and wins.
	try := func(name string, status int, want, on string, environment ...string) {
		t.Helper()
		cmd := exec.Command("lockkit", "run", "--on", on, "job", "--", "touch", dir+"/ran")
		cmd.Env = append(append(append(os.Environ(), known...), "ETCDCTL_COMMAND_TIMEOUT=60s"), environment...)
		out, _ := cmd.CombinedOutput()
		_, missing := os.Stat(dir + "/ran")
		os.Remove(dir + "/ran")
		if got := cmd.ProcessState.ExitCode(); got != status || !strings.Contains(string(out), want) {
			t.Errorf("%s: status %d, want %d with %q: %s", name, got, status, want, out)
		}
		if lines := strings.Count(strings.Split(string(out), "hint: ")[0], "\n"); status != 0 && lines != 1 {
			t.Errorf("%s: %d lines: %s", name, lines, out)
		}
		if ran := missing == nil; ran != (status == 0) {
			t.Errorf("%s: ran %v", name, ran)
		}
	}
	// Who cannot talk with anybody is told so when the time is over, and not before.
	soon := "ETCDCTL_COMMAND_TIMEOUT=2s"
	try("the variables", 0, "", on)
	try("etcds", 0, "", "etcds://"+c.members[0].client)
	try("etcdctl's endpoints", 0, "", "etcd://")
	try("another authority", 69, "TLS: tls: failed to verify certificate: x509: certificate signed by unknown authority", on,
		"ETCDCTL_CACERT="+dir+"/stranger.crt", soon)
	try("no check", 0, "", on, "ETCDCTL_CACERT="+dir+"/stranger.crt", "ETCDCTL_INSECURE_SKIP_TLS_VERIFY=true")
	try("no certificate", 69, "TLS: remote error: tls: ", on, "ETCDCTL_CERT=", "ETCDCTL_KEY=", soon)
	try("a certificate of another authority", 69, "TLS: remote error: tls: ", on,
		"ETCDCTL_CERT="+dir+"/unknown.crt", "ETCDCTL_KEY="+dir+"/unknown.key", soon)
	try("no TLS", 69, "no quorum within 2s", on, "ETCDCTL_CACERT=", "ETCDCTL_CERT=", "ETCDCTL_KEY=", soon)

	ctl := func(args ...string) {
		t.Helper()
		cmd := exec.Command("etcdctl", args...)
		cmd.Env = append(append(os.Environ(), known...), "ETCDCTL_USER=root:secret")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("etcdctl %v: %v: %s", args, err, out)
		}
	}
	plain := exec.Command("etcdctl", "user", "add", "root:secret")
	plain.Env = append(os.Environ(), known...)
	if out, err := plain.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	ctl("user", "grant-role", "root", "root")
	ctl("user", "add", "me:mine")
	ctl("role", "add", "jobs")
	ctl("role", "grant-permission", "--prefix=true", "jobs", "readwrite", "/jobs/")
	ctl("user", "grant-role", "me", "jobs")
	ctl("auth", "enable")
	try("user", 0, "", on, "ETCDCTL_USER=root:secret")
	try("user and password", 0, "", on, "ETCDCTL_USER=root", "ETCDCTL_PASSWORD=secret")
	try("a wrong password", 69, "etcd refuses: authentication failed, invalid user ID or password", on, "ETCDCTL_USER=root:wrong")
	try("no user", 69, "etcd refuses: ", on, "ETCDCTL_CERT="+dir+"/client.crt")
	try("a user's own folder", 0, "", on+"/jobs", "ETCDCTL_USER=me:mine")
	try("no right to it", 69, "etcd refuses: permission denied", on, "ETCDCTL_USER=me:mine")
}

// authority makes certificates in a folder.
type authority struct {
	t    *testing.T
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T, dir, name string) *authority {
	a := &authority{t: t, dir: dir}
	a.cert, a.key = a.make(name, &x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign})
	return a
}

func (a *authority) issue(name string) {
	a.make(name, &x509.Certificate{
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	})
}

func (a *authority) make(name string, template *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	template.Subject = pkix.Name{Organization: []string{name}} // a common name would be a user to etcd
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		a.t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	os.WriteFile(a.dir+"/"+name+".crt", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644)
	os.WriteFile(a.dir+"/"+name+".key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600)
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return cert, key
}
