import Testing
import Columns
import TestSupport

@Suite struct CivilTimeTextTests {
  private func read(_ text: String) -> Int64? { CivilTimeText.timestamp(Array(text.utf8)) }
  private func printed(_ microseconds: Int64) -> String {
    var out: [UInt8] = []
    CivilTimeText.append(timestamp: microseconds, to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  @Test(arguments: [
    "2023-11-05T04:00:00Z", "2023-11-05T04:00:00.000Z", "2023-11-05 04:00:00+00:00",
    "2023-11-05 04:00:00", "2023-11-05T04:00:00", "20231105T040000.000Z",
    "2023-11-05T06:00:00+02:00",
    "2023-11-05T06:00:00+0200", "2023-11-04T22:30:00-05:30", "2023-11-05 04:00:00 UTC",
    "2023-11-05 04:00", "2023-11-05T04:00Z", "2023-11-05 04:00:00.000000000",
  ])
  func `every style of one moment reads the same`(text: String) {
    #expect(read(text) == 1_699_156_800_000_000)
  }

  @Test(arguments: [
    "", "2023-11-05T", "2023-13-05T04:00:00Z", "2023-02-29T04:00:00Z", "2023-11-05T24:00:00Z",
    "2023-11-05T04:60:00Z", "2023-11-05T04:00:61Z", "2023-11-05T04:00:00X", "2023-11-05T04:00:00Zx",
    "0000-11-05T04:00:00Z", "2023/11/05 04:00:00", "2023-11-05T04:00:00.Z",
    "2023-11-05T04:00:00+99:00",
    "2023-11-0５T04:00:00Z", "abcd-ef-ghTij:kl:mnZ", "2023-11-05  04:00:00",
  ])
  func `what is no moment is refused`(text: String) {
    #expect(read(text) == nil)
  }

  @Test func `fractions keep six digits`() {
    #expect(read("1970-01-01T00:00:00.123456789Z") == 123_456)
    #expect(read("1970-01-01T00:00:00.5Z") == 500_000)
    #expect(read("1969-12-31T23:59:59.999999Z") == -1)
  }

  @Test func `dates alone, and only whole days are dates`() {
    func date(_ text: String) -> Int64? { CivilTimeText.date(Array(text.utf8)) }
    #expect(date("1970-01-02") == 1)
    #expect(date("2026-09-01T00:00:00Z") == 20_697)
    #expect(date("2026-09-01T00:00:01Z") == nil)
    #expect(date("2026-02-30") == nil)
    var out: [UInt8] = []
    CivilTimeText.append(date: 20_697, to: &out)
    #expect(String(decoding: out, as: UTF8.self) == "2026-09-01")
  }

  @Test func `moments print with three or six digits`() {
    #expect(printed(1_788_220_800_000_000) == "2026-09-01 00:00:00.000")
    #expect(printed(1_788_220_800_123_000) == "2026-09-01 00:00:00.123")
    #expect(printed(-1) == "1969-12-31 23:59:59.999999")
    var out: [UInt8] = []
    CivilTimeText.append(isoTimestamp: 1_788_220_800_000_000, to: &out)
    #expect(String(decoding: out, as: UTF8.self) == "2026-09-01T00:00:00Z")
  }

  @Test func `fractions of a second show as far as they are wanted`() {
    let whole: Int64 = 1_788_220_800_000_000
    func text(_ time: Int64, _ fraction: CivilTimeText.Fraction) -> String {
      String(CivilTimeText.text(timestamp: time, separator: "T", fraction: fraction).dropFirst(11))
    }
    #expect(text(whole, .always) == "00:00:00.000")
    #expect(text(whole, .whereNeeded) == "00:00:00")
    #expect(text(whole + 120_000, .whereNeeded) == "00:00:00.120")
    #expect(text(whole, .sixWhereNeeded) == "00:00:00")
    #expect(text(whole + 120_000, .sixWhereNeeded) == "00:00:00.120000")
  }

  @Test func `days beyond any calendar and the longest intervals print`() {
    #expect(CivilTimeText.text(date: -719_529) == "-0001-12-31")
    #expect(CivilTimeText.text(date: .max) == "9223372036854775807")
    #expect(CivilTimeText.text(timestamp: .max) == "294247-01-10 04:00:54.775807")
    var out: [UInt8] = []
    CivilTimeText.append(interval: .min, to: &out)
    #expect(String(decoding: out, as: UTF8.self) == "-106751991 04:00:54.775808")
  }

  @Test func `numbers since 1970 are told apart by size`() {
    #expect(CivilTimeText.timestamp(epoch: 1_700_000_000) == 1_700_000_000_000_000)
    #expect(CivilTimeText.timestamp(epoch: 1_700_000_000_000) == 1_700_000_000_000_000)
    #expect(CivilTimeText.timestamp(epoch: 3_706_473_600) == 3_706_473_600_000_000)
    #expect(CivilTimeText.timestamp(epoch: .nan) == nil)
    #expect(CivilTimeText.timestamp(epoch: 1e30) == nil)
  }

  @Test(arguments: 0..<50)
  func `random moments survive printing and reading`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<100 {
      let moment = Int64.random(
        in: -60_000_000_000_000_000...250_000_000_000_000_000, using: &random)
      #expect(read(printed(moment)) == moment)
    }
  }
}
