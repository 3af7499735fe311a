package etcd

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/lockkit/lockkit/shellkit/flockcmd"
)

// settings are what etcdctl takes from its environment.
type settings struct {
	endpoints []string // HOST:PORT
	tls       *tls.Config
	user      string
	password  string
	patience  time.Duration // how long etcd has to answer at all
}

// defaultPatience is etcdctl's --command-timeout. It is longer than an election takes.
const defaultPatience = 5 * time.Second

// read takes from place and from the variables of etcdctl what they say.
func read(place flockcmd.Place, getenv func(string) string) (s settings, err error) {
	s = settings{endpoints: place.Endpoints, patience: defaultPatience}
	secure := place.TLS
	if len(s.endpoints) == 0 {
		if s.endpoints, secure, err = fromEtcdctl(getenv("ETCDCTL_ENDPOINTS"), secure); err != nil {
			return s, err
		}
	}
	if text := getenv("ETCDCTL_COMMAND_TIMEOUT"); text != "" {
		if s.patience, err = time.ParseDuration(text); err != nil || s.patience <= 0 {
			return s, unusable("ETCDCTL_COMMAND_TIMEOUT is '"+text+"', which is no time", "as in ETCDCTL_COMMAND_TIMEOUT=5s")
		}
	}
	if s.tls, err = readTLS(secure, getenv); err != nil {
		return s, err
	}
	s.user, s.password = getenv("ETCDCTL_USER"), getenv("ETCDCTL_PASSWORD")
	if user, password, both := strings.Cut(s.user, ":"); both && s.password == "" {
		s.user, s.password = user, password
	}
	if s.user != "" && s.password == "" {
		return s, unusable("ETCDCTL_USER names a user and no password", "ETCDCTL_USER=NAME:PASSWORD, or ETCDCTL_PASSWORD as well")
	}
	return s, nil
}

// fromEtcdctl reads a list of endpoints as etcdctl has it.
func fromEtcdctl(list string, secure bool) ([]string, bool, error) {
	if list == "" {
		return nil, secure, unusable("--on names no host, and ETCDCTL_ENDPOINTS is not set", "as in --on etcd://h1:2379,h2:2379,h3:2379")
	}
	var hosts []string
	for endpoint := range strings.SplitSeq(list, ",") {
		host, isSecure := strings.CutPrefix(strings.TrimSpace(endpoint), "https://")
		secure = secure || isSecure
		hosts = append(hosts, strings.TrimSuffix(strings.TrimPrefix(host, "http://"), "/"))
	}
	place, wrong := flockcmd.ReadPlace("etcd://" + strings.Join(hosts, ","))
	if wrong != nil {
		return nil, secure, unusable("ETCDCTL_ENDPOINTS: "+wrong.Error(), "")
	}
	return place.Endpoints, secure, nil
}

// readTLS is nil where nothing asks for TLS.
func readTLS(secure bool, getenv func(string) string) (*tls.Config, error) {
	authorities, cert, key := getenv("ETCDCTL_CACERT"), getenv("ETCDCTL_CERT"), getenv("ETCDCTL_KEY")
	skip, _ := strconv.ParseBool(getenv("ETCDCTL_INSECURE_SKIP_TLS_VERIFY"))
	if !secure && authorities == "" && cert == "" && key == "" && !skip {
		return nil, nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: skip}
	if authorities != "" {
		text, err := os.ReadFile(authorities)
		if err != nil {
			return nil, unusable("ETCDCTL_CACERT: "+err.Error(), "")
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(text) {
			return nil, unusable("ETCDCTL_CACERT: "+authorities+" has no certificate in it", "")
		}
	}
	switch {
	case (cert == "") != (key == ""):
		return nil, unusable("ETCDCTL_CERT and ETCDCTL_KEY go together, and only one of them is set", "")
	case cert != "":
		pair, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			return nil, unusable("ETCDCTL_CERT and ETCDCTL_KEY: "+err.Error(), "")
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// unusable is for what a wrong call or environment says.
func unusable(why, hint string) error {
	return &flockcmd.Unable{Status: flockcmd.StatusUsage, Why: why, Hint: hint}
}
