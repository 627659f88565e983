import Files
import Testing
import TextFormats

/// The texts of Prometheus's exporters, old and new.
@Suite struct MetricTextTests {
  private func samples(_ text: String) throws -> [MetricSample] {
    try MetricText(Array(text.utf8), file: "t.prom").samples
  }

  private func failure(_ text: String) -> String? {
    do {
      _ = try samples(text)
      return nil
    } catch {
      return "\(error)"
    }
  }

  // Source of the first cases: Prometheus "Exposition formats", the details of the text format.

  @Test func `counters with labels, types and times in milliseconds are read`() throws {
    let found = try samples(
      """
      # HELP http_requests_total Requests.
      # TYPE http_requests_total counter
      http_requests_total{method="post",code="200"} 1027 1395066363000
      http_requests_total{method="post",code="400"}    3 1395066363000

      # an ordinary comment
      metric_without_timestamp_and_labels 12.47

      """)
    #expect(found.map(\.value) == [1027, 3, 12.47])
    #expect(found.map(\.timestamp) == [1_395_066_363_000_000, 1_395_066_363_000_000, nil])
    #expect(found.map(\.type) == ["counter", "counter", nil])
    #expect(found[0]["code"] == "200")
    #expect(found.map(\.line) == [3, 4, 7])
  }

  @Test func `labels have escapes, blanks and a comma at their end`() throws {
    let found = try samples(
      #"a { path = "C:\\DIR\\F.TXT" , error="no \"file\"\nhere",} 1.5e9"# + "\n\tb{} +1\r\n")
    #expect(found[0]["path"] == #"C:\DIR\F.TXT"#)
    #expect(found[0]["error"] == "no \"file\"\nhere")
    #expect(found[0].value == 1.5e9)
    #expect(found[1].labels.isEmpty && found[1].value == 1)
  }

  @Test func `values may be no number and infinite, and times before 1970`() throws {
    let found = try samples("a NaN\nb +Inf\nc -Inf\nd{x=\"1\"} Inf -3982045\n")
    #expect(found[0].value.isNaN)
    #expect(found[1...].map(\.value) == [.infinity, -.infinity, .infinity])
    #expect(found[3].timestamp == -3_982_045_000)
  }

  @Test func `histograms and summaries are samples of one family`() throws {
    let found = try samples(
      """
      # TYPE h histogram
      h_bucket{le="0.05"} 24054
      h_bucket{le="+Inf"} 144320
      h_sum 53423
      h_count 144320
      # TYPE s summary
      s{quantile="0.5"} 4773
      s_sum 1.7560473e+07
      s_count 2693

      """)
    #expect(
      found.map(\.type) == Array(repeating: "histogram", count: 4) + [
        "summary", "summary", "summary",
      ])
    #expect(found[1]["le"] == "+Inf")
  }

  @Test func `names outside the old letters are quoted`() throws {
    let found = try samples(#"{"my.dotted.metric","error.message"="Not Found"} 1"# + "\n")
    #expect(found.map(\.name) == ["my.dotted.metric"])
    #expect(found[0]["error.message"] == "Not Found")
  }

  // Source: OpenMetrics 1.0, "Text format".

  @Test func `OpenMetrics has seconds, units, exemplars and an end`() throws {
    let text = try MetricText(
      Array(
        """
        # TYPE foo_seconds counter
        # UNIT foo_seconds seconds
        # HELP foo_seconds A "counter"\\n
        foo_seconds_total{a="b"} 17.0 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.67 1520879606
        foo_seconds_created{a="b"} 1520872607.123
        # TYPE bar gaugehistogram
        bar_bucket{le="+Inf"} 3 # {} 0.5
        # TYPE os info
        os_info{version="12"} 1
        # EOF
        """.utf8), file: "t")
    #expect(text.isOpenMetrics)
    #expect(text.samples.map(\.value) == [17, 1_520_872_607.123, 3, 1])
    #expect(text.samples[0].timestamp == 1_520_879_607_789_000)
    #expect(text.samples.map(\.type) == ["counter", "counter", "gaugehistogram", "info"])
    #expect(text.samples[0].unit == "seconds")
    #expect(text.samples[3].unit == nil)
  }

  @Test func `one metric may have several times in OpenMetrics`() throws {
    #expect(try samples("a 1 10\na 2 20\n# EOF\n").map(\.timestamp) == [10_000_000, 20_000_000])
  }

  @Test(arguments: [
    ("a{b=\"c\" 1\n", "line 1, column 9: expected ',' or '}', found '1'"),
    ("a{b=c} 1\n", "expected a value in double quotes, found 'c'"),
    ("a{b=\"c} 1\n", "line 1, column 5: the text that starts here is never closed"),
    ("a{b=\"1\",b=\"2\"} 1\n", "label 'b' is there twice"),
    ("a 1\na 2\n", "line 2, column 4: 'a' is there twice with the same labels"),
    ("a one\n", "expected the value of 'a', found 'one'"),
    ("a 1,5\n", "expected the value of 'a', found '1,5'"),
    ("a\n", "expected the value of 'a', found the end of the line"),
    ("a 1 1520879607.789\n", "times in seconds are for texts that end with '# EOF'"),
    ("a 1 99999999999999999999\n", "expected a time in milliseconds"),
    ("a 1 9223372036854775807\n", "is no time between the years 1 and 9999"),
    ("a 1 1e300\n# EOF\n", "expected a time in seconds"),
    ("a 1 2 3\n", "expected the end of the line, found '3'"),
    ("a 1 # {t=\"x\"} 1\n", "the file may be incomplete"),
    ("# UNIT a bytes\na 1\n", "the file may be incomplete"),
    ("a 1\nb 12", "the last line does not end: the file may be incomplete"),
    ("a 1\n# EOF\nb 2\n# EOF\n", "found text behind '# EOF'"),
    ("a 1\n# EOF\nb 2\n", "found text behind '# EOF'"),
    ("# TYPE a counter\n# TYPE a gauge\na 1\n", "a second TYPE of 'a'"),
    ("a 1\n# TYPE a gauge\n", "the TYPE of 'a' is behind its first sample"),
    ("# TYPE a number\na 1\n", "'number' is no type of a metric"),
    ("0a 1\n", "expected a name, found '0'"),
    ("{b=\"c\"} 1\n", "expected the name of a metric"),
  ])
  func `what is wrong is said with its place`(_ text: String, _ message: String) {
    #expect(failure(text)?.contains(message) == true, "\(failure(text) ?? "accepted")")
  }

  @Test func `a label that is not UTF-8 is refused`() {
    #expect(throws: FormatError.self) {
      try MetricText(Array("a{b=\"".utf8) + [0xFF] + Array("\"} 1\n".utf8), file: "t")
    }
  }

  @Test(arguments: [
    ("# HELP a b\n", true), ("# TYPE a gauge\na 1\n", true), ("\n# EOF\n", true),
    ("a{b=\"c\"} 1 12.5\n", true), ("timestamp,value\n1,2\n", false), ("name value\n", false),
    ("{\"Reservations\": []}", false), ("", false),
  ])
  func `its beginning tells the format`(_ text: String, _ expected: Bool) {
    #expect(MetricText.begins(Array(text.utf8)) == expected)
  }

  @Test(arguments: 0..<200)
  func `a damaged text is refused or read, never a trap`(_ seed: Int) {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
    var bytes = Array(
      "# TYPE a counter\na_total{b=\"c\\n\",d=\"e\"} 17.0 1520879607.789 # {t=\"K\"} 0.67\n# EOF\n"
        .utf8)
    for _ in 0..<3 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let position = Int(state >> 33) % bytes.count
      switch state >> 20 & 3 {
      case 0: bytes.remove(at: position)
      case 1: bytes[position] = UInt8(truncatingIfNeeded: state >> 40)
      case 2: bytes.insert(bytes[position], at: position)
      default: bytes.removeLast(min(position, 9))
      }
    }
    let text = try? MetricText(bytes, file: "t")
    #expect((text?.samples.count ?? 0) <= 2)
  }
}
