package verifier

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"
)

const (
	// MaxText is the most that is looked at: a paste, a file or standard input, in bytes (1 MiB).
	MaxText = 1 << 20
	// maxSearched is the longest token that is tried with other profiles' secrets, so that the search stays well under
	// a second (16 KiB; real tokens have half a KiB).
	maxSearched = 16 << 10
)

// An Option changes how Inspect judges.
type Option func(*settings)

type settings struct {
	leeway      time.Duration
	allProfiles bool
	tries       *int // of other profiles' secrets that are left for this text
}

// WithLeeway forgives clocks that differ by up to d at every date of the token.
func WithLeeway(d time.Duration) Option { return func(s *settings) { s.leeway = d } }

// AllProfiles lifts the limit of 64 profiles in the search for the secret that signed a token.
func AllProfiles() Option { return func(s *settings) { s.allProfiles = true } }

// Inspect judges the first token in text, whatever is wrapped around it. Credentials are found and not chosen: give all
// there are, most recently used first, with or without their secrets, and look at Report.Wants.
func Inspect(text string, credentials []Credential, options ...Option) *Report {
	return inspectAll(text, credentials, options, 1)[0]
}

// InspectAll judges every token in text, in their order. Where there is none, its one report says what the text is; where
// there are more than 10,000, a last one says that the rest was not looked at.
func InspectAll(text string, credentials []Credential, options ...Option) []*Report {
	return inspectAll(text, credentials, options, maxFound)
}

func inspectAll(text string, credentials []Credential, options []Option, most int) []*Report {
	tries := maxTries
	s := settings{tries: &tries}
	for _, option := range options {
		option(&s)
	}
	if len(text) > MaxText {
		return []*Report{tooLarge(s, "It is larger than 1 MiB, the most that is looked at.")}
	}
	tokens := find(text)
	if len(tokens) == 0 {
		return []*Report{inspectOther(text, s)}
	}
	more := len(tokens) > maxFound
	tokens = tokens[:min(most, len(tokens))]
	reports := make([]*Report, len(tokens), len(tokens)+1)
	for i, token := range tokens {
		reports[i] = inspectToken(token, credentials, s)
	}
	if more && most == maxFound {
		reports = append(reports, tooLarge(s, fmt.Sprintf("There are more than %d tokens in it: the rest was not looked at.", maxFound)))
	}
	return reports
}

// An inspection is a report in the making.
type inspection struct {
	*Report
	settings
	rules      *rules
	segments   int    // how many there are
	third      string // the third segment as written: the signature's
	signed     string // what was signed: the text before that, or the payload of a legacy one
	signature  []byte // decoded, as far as it can be
	comparable bool   // signature and what it signs were read well enough to hold one against the other
	strict     bool   // base64url and JSON as the RFCs have them all through: only then can a signature count as verified
	headerRead bool   // the header's JSON was read to its end
	claimsRead bool   // the claims' JSON was read to its end
}

func newReport(s settings) *Report {
	return &Report{Kind: Unknown, Signature: SignatureUnchecked, ClaimSet: ClaimsUnchecked, leeway: s.leeway, findings: make([]Finding, 0, 4)}
}

func inspectToken(token found, credentials []Credential, s settings) *Report {
	in := inspection{Report: newReport(s), settings: s, strict: true}
	in.Token, in.Line = token.text, token.line
	if len(token.wrapped) > 0 {
		in.add(CodeFormWrapped, Note, "The token was taken out of what was around it: "+strings.Join(token.wrapped, ", ")+".", "")
	}
	if token.inURL {
		in.add(CodeClaimsInURL, Warning, "The token stands in a URL, where server logs, browser histories and Referer headers keep it.",
			"Send it in the request's body or in an Authorization header.")
	}
	in.read()
	in.rules = rulesOf(in.Kind)
	in.readTimes()
	in.checkHeader()
	if in.Kind == JWE {
		return in.Report
	}
	owner := in.checkSignature(credentials)
	if in.Claims != nil {
		in.checkClaims(owner)
	}
	in.settleClaims()
	return in.Report
}

// unread records that the text cannot be read as a token.
func (in *inspection) unread(code Code, message, fix string) {
	in.add(code, Error, message, fix)
	in.unreadable, in.strict = true, false
}

// read splits and decodes the token, as far as it can be.
func (in *inspection) read() {
	var segments [5]string
	in.segments = strings.Count(in.Token, ".") + 1
	rest := in.Token
	for i := 0; i < min(in.segments, len(segments)); i++ {
		segments[i], rest, _ = strings.Cut(rest, ".")
	}
	if in.segments == 2 && in.readLegacy(segments[0], segments[1]) {
		return
	}
	if in.segments == 1 && in.readClaimsAlone() {
		return
	}
	whole := false
	in.Header, in.headerRead, whole = in.readSegment("header", segments[0], CodeHeaderJSON)
	in.Algorithm, _ = in.Header.String("alg")
	switch in.segments {
	case 5:
		in.Kind = JWE
		in.unread(CodeFormJWE, "It has five segments: an encrypted token (JWE), which is never decrypted here.",
			"Look for a token of three segments: BigCommerce's are signed, not encrypted.")
		return
	case 1:
		in.oneSegment("header")
		return
	case 3:
	default:
		in.unread(CodeFormSegments, fmt.Sprintf("It has %d segments where a token has three (header.claims.signature).", in.segments), cutOffFix(in.segments))
	}
	wholeClaims := false
	in.Claims, in.claimsRead, wholeClaims = in.readSegment("claims", segments[1], CodeClaimsJSON)
	in.Kind = recognise(in.Claims)
	if in.segments == 3 {
		in.third = segments[2]
		in.signed = in.Token[:len(in.Token)-len(in.third)-1]
		in.comparable = in.readSignature() && whole && wholeClaims
	}
}

// readClaimsAlone reads a token's only segment if it is the claims.
func (in *inspection) readClaimsAlone() bool {
	text, _ := decodeSegment(in.Token)
	if in.Kind = recognise(parseObject(text).members); in.Kind == Unknown {
		return false
	}
	in.oneSegment("claims")
	in.Claims, in.claimsRead, _ = in.readSegment("claims", in.Token, CodeClaimsJSON)
	return true
}

func (in *inspection) oneSegment(which string) {
	in.unread(CodeFormSegments, "It has one segment where a token has three (header.claims.signature): the "+which+" alone.",
		"Copy the whole token again.")
}

func cutOffFix(n int) string {
	if n == 2 {
		return "The signature is not there: it was cut off while copying, or stripped. Copy the whole token again."
	}
	return "Copy the token alone, from its first letter (e) to the end of its signature."
}

// readSegment decodes a segment that holds a JSON object, and says what is wrong with it: whether its JSON was read to the
// end, and whether its text is as it was encoded.
func (in *inspection) readSegment(name, segment string, code Code) (object Object, read, whole bool) {
	text, problem := decodeSegment(segment)
	if problem != "" {
		in.unread(CodeFormBase64, "The segment of the "+name+" is not base64url as RFC 7515 §2 writes it: "+problem+".", "Copy the token again, without changing a letter; some editors and mail programs do.")
	}
	parsed := parseObject(text)
	in.duplicates(name, parsed.duplicate)
	if parsed.err == nil {
		return parsed.members, true, problem == ""
	}
	in.strict = false
	in.add(code, Error, "The segment of the "+name+" cannot be read as JSON: "+parsed.err.Error()+".",
		"If you copied this token, copy it again whole; if your own code made it, make its JSON with a library.")
	if errors.Is(parsed.err, errSyntax) || errors.Is(parsed.err, errNoObject) {
		in.unreadable = true
	}
	return parsed.members, errors.Is(parsed.err, errTrailing) || errors.Is(parsed.err, errNotUTF8), problem == ""
}

func (in *inspection) duplicates(segment string, names []string) {
	if len(names) == 0 {
		return
	}
	code := CodeClaimsDuplicateMember
	if segment == "header" {
		code = CodeHeaderDuplicateMember
	}
	clipped := make([]string, len(names))
	for i, name := range names {
		clipped[i] = clip(name)
	}
	in.add(code, Warning, "In the "+segment+" there is more than one "+strings.Join(clipped, ", ")+". Libraries differ in which they take; the last is shown.",
		"BigCommerce writes no duplicates: find out who made this token.")
}

// readSignature decodes the third segment and holds its length against the algorithm's. It reports whether it can be held
// against what it signs.
func (in *inspection) readSignature() bool {
	if in.third == "" {
		return false
	}
	signature, problem := decodeSegment(in.third)
	in.signature = signature
	in.strict = in.strict && problem == ""
	cut := false
	if letters := signatureLetters(in.Algorithm); len(in.third) < letters {
		cut = true
		in.unread(CodeFormTruncated, fmt.Sprintf("The signature has %d characters where %s has %d: the token was cut off.", len(in.third), in.Algorithm, letters),
			"Copy the whole token again; check that the column, field or log line that held it is wide enough.")
	}
	switch {
	case problem == "", cut && (problem == problemBits || problem == problemLength):
	case problem == problemBits:
		in.add(CodeSignatureNonCanonical, Error, "The signature's last character has bits set that do not belong to it: strict decoders refuse it, others do not.",
			"Somebody changed the last character, or an encoder is broken: take the token from its source again.")
	default:
		in.unread(CodeFormBase64, "The signature is not base64url as RFC 7515 §2 writes it: "+problem+".", "Copy the token again, without changing a letter.")
	}
	return !cut
}

var base64url = base64.RawURLEncoding.Strict()

// What can be wrong with a segment.
const (
	problemBits     = "its last character has bits set that do not belong to it"
	problemLength   = "its length is impossible, so that it was cut off"
	problemPadding  = "it is padded with ="
	problemAlphabet = "it has + or / of the other base64 alphabet"
)

// decodeSegment decodes strictly, and where that fails as much as it can, saying what was wrong.
func decodeSegment(segment string) (text []byte, problem string) {
	text, err := base64url.DecodeString(segment)
	if err == nil && !strings.ContainsAny(segment, "\r\n") {
		return text, ""
	}
	problem = problemBits
	clean := strings.TrimRight(segment, "=")
	if clean != segment {
		problem = problemPadding
	}
	if strings.ContainsAny(clean, "+/") {
		problem = problemAlphabet
		clean = strings.NewReplacer("+", "-", "/", "_").Replace(clean)
	}
	if i := strings.IndexFunc(clean, notBase64url); i >= 0 {
		problem = fmt.Sprintf("its character %d does not belong to it", i+1)
		clean = clean[:i]
	}
	if len(clean)%4 == 1 {
		if problem == problemBits {
			problem = problemLength
		}
		clean = clean[:len(clean)-1]
	}
	text, _ = base64.RawURLEncoding.DecodeString(clean)
	return text, problem
}

func notBase64url(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
}
