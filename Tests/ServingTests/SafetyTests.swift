import LimpidCommand
import Pictures
import Testing

@testable import Serving

/// Who may ask, and for how much.
@Suite struct SafetyTests {
  private static let key = "0123456789abcdef"

  @Test func keysHaveOwners() throws {
    let keys = try APIKeys("# nobody\nana:\(Self.key)\n\nfedcba9876543210\n")
    #expect(keys.owner(of: Self.key) == "ana" && keys.owner(of: "fedcba9876543210") == "key 2")
    for other in ["", "0", String(Self.key.dropLast()), Self.key + "0", "ana:\(Self.key)"] {
      #expect(keys.owner(of: other) == nil)
    }
    for text in ["", "# none", "short", "ana:short"] {
      #expect(throws: LimpidError.self) { try APIKeys(text) }
    }
  }

  @Test func namesOfOthersAreNotThisServer() {
    let hosts = HostPolicy(names: ["Box.example"], origins: ["https://app.example"])
    for host in ["localhost:8080", "127.0.0.1", "[::1]:80", "10.0.0.7:1", "box.EXAMPLE:8080"] {
      #expect(hosts.accepts(host: host))
    }
    for host in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "[::1"] {
      #expect(hosts.accepts(host: host) == (host == "[::1"))
    }
    #expect(hosts.accepts(origin: "http://localhost:8080", to: "localhost:8080"))
    #expect(hosts.accepts(origin: "https://APP.example", to: "localhost"))
    #expect(!hosts.accepts(origin: "http://evil.example", to: "localhost:8080"))
    #expect(!hosts.accepts(origin: "null", to: "localhost:8080"))
    #expect(hosts.allowed("https://app.example") != nil && hosts.allowed("http://localhost") == nil)
  }

  @Test func theGateLooksAtHeadsAlone() throws {
    var settings = ServeSettings()
    settings.limits.uploadBytes = 100
    let gate = try Gate(settings)
    func status(_ method: String, _ path: String, _ headers: [(String, String)]) -> Int {
      let request = ServerRequest(method, path, headers.map { (name: $0.0, value: $0.1) })
      do throws(RequestFault) {
        _ = try gate.owner(of: request)
        return 200
      } catch { return error.status }
    }
    let host = ("Host", "localhost")
    #expect(status("POST", "/v1/restore?a=b", [host, ("Content-Length", "100")]) == 200)
    #expect(status("POST", "/v1/restore", [host, ("Content-Length", "101")]) == 413)
    #expect(status("GET", "/healthz", [host, ("Content-Length", "1")]) == 413)
    #expect(status("GET", "/v1/restore", [host]) == 405 && status("GET", "/x", [host]) == 404)
    #expect(status("GET", "/healthz", []) == 400)
    #expect(status("GET", "/healthz", [("Host", "evil.example")]) == 421)
    #expect(status("GET", "/healthz", [host, ("Origin", "http://evil.example")]) == 403)
    #expect(status("GET", "/v1/jobs/a/result", [host]) == 200)
    #expect(status("GET", "/v1/jobs//result", [host]) == 404)
  }

  @Test func whatWaitsIsBounded() throws {
    var limits = ServeLimits()
    (limits.queueSize, limits.keySize, limits.queueBytes, limits.queueSeconds) = (3, 2, 10, 100)
    let admission = Admission(limits)
    func isFull(_ owner: String, _ seconds: Double = 0) -> Int? {
      do throws(RequestFault) {
        _ = try admission.enter(owner, seconds: seconds)
        return nil
      } catch { return error.status == 429 ? error.retryAfter : -1 }
    }
    var places = [try admission.enter("a", seconds: 90), try admission.enter("a", seconds: 0)]
    #expect(isFull("a") == 90 && isFull("b") == nil && isFull("b", 11) == 90)
    places.append(try admission.enter("b", seconds: 1))
    #expect(isFull("c") == 91 && admission.count == 3)
    places = []
    #expect(admission.count == 0 && isFull("a", 1000) == nil)
    var reservation: Admission.Reservation? = admission.reservation()
    try reservation?.add(10)
    #expect(throws: RequestFault.self) { try admission.reservation().add(1) }
    reservation = nil
    try admission.reservation().add(10)
  }
}
