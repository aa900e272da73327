// golang-jwt, driven like the others: see drive.h. The key is parsed once, the claims are a struct.
package main

import (
	"crypto/ed25519"
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/golang-jwt/jwt"
)

const issuer, audience = "https://auth.example.com", "orders"

type claims struct {
	jwt.RegisteredClaims
	SessionID string `json:"sid"`
	Scope     string `json:"scope"`
	Plan      string `json:"plan"`
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func readKey(folder, algorithm string) interface{} {
	text := must(os.ReadFile(filepath.Join(folder, "key")))
	switch algorithm {
	case "RS256":
		return must(jwt.ParseRSAPublicKeyFromPEM(text))
	case "ES256":
		return must(jwt.ParseECPublicKeyFromPEM(text))
	case "EdDSA":
		return must(jwt.ParseEdPublicKeyFromPEM(text)).(ed25519.PublicKey)
	}
	return text
}

func makeCheck(folder string) func(string) bool {
	algorithm := string(must(os.ReadFile(filepath.Join(folder, "algorithm"))))
	key := readKey(folder, algorithm)
	parser := jwt.NewParser(jwt.WithValidMethods([]string{algorithm}))
	find := func(*jwt.Token) (interface{}, error) { return key, nil }
	return func(text string) bool {
		var c claims
		token, err := parser.ParseWithClaims(text, &c, find)
		return err == nil && token.Valid && c.VerifyIssuer(issuer, true) && c.VerifyAudience(audience, true) &&
			c.VerifyExpiresAt(time.Now(), true) && c.Subject != "" && c.Plan == "gold"
	}
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		log.Fatal(err)
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

func batch(check func(string) bool, token string, count int) float64 {
	start := cpuSeconds()
	for i := 0; i < count; i++ {
		if !check(token) {
			log.Fatal("a good token was refused")
		}
	}
	return cpuSeconds() - start
}

func main() {
	folder, seconds := os.Args[1], must(strconv.ParseFloat(os.Args[2], 64))
	check := makeCheck(folder)
	read := func(name string) string { return string(must(os.ReadFile(filepath.Join(folder, name)))) }
	if !check(read("good")) {
		log.Fatal("refuses the good token")
	}
	for _, bad := range []string{"tampered", "other_key", "expired", "other_audience", "other_issuer"} {
		if check(read(bad)) {
			log.Fatal("accepts the bad token: ", bad)
		}
	}
	good, count := read("good"), 1
	took := batch(check, good, count)
	for ; took < 0.05; took = batch(check, good, count) {
		count *= 2
	}
	count = int(float64(count)*seconds/5/took) + 1
	var result struct {
		Ns []float64 `json:"ns"`
	}
	for i := 0; i < 5; i++ {
		result.Ns = append(result.Ns, batch(check, good, count)/float64(count)*1e9)
	}
	must(os.Stdout.Write(append(must(json.Marshal(result)), '\n')))
}
