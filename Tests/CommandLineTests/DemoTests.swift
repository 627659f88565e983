import Testing

@Suite struct DemoTests {
  @Test func `the first minute shows something, and what it says to try works`() throws {
    let workplace = try Workplace()
    let outcome = try workplace.run(["demo"])
    #expect(outcome.code == 0, "\(outcome.err)")
    for words in ["bill      2026-10: ", "budget    production-ec2: ", "anomaly   Amazon Elastic"] {
      #expect(outcome.err.contains(words), "\(words)")
    }
    #expect(outcome.out.contains("[critical] budget 'production-ec2' is at"))
    #expect(workplace.exists("kakeibo-demo/out/dashboard.html"))

    let commands = outcome.err.split(separator: "\n").filter { $0.hasPrefix("  kakeibo ") }
    #expect(commands.count == 3)
    for command in commands {
      let answer = try workplace.shell(String(command))
      #expect(answer.code == 0, "\(command): \(answer.err)")
      #expect(answer.out.split(separator: "\n").count > 1, "\(command)")
    }

    let again = try workplace.run(["demo"])
    #expect(again.code == 0)
    #expect(again.out.isEmpty)
    #expect(again.err.contains("nothing changed since the last run"))
  }

  @Test func `only the files are written when asked for`() throws {
    let workplace = try Workplace()
    let outcome = try workplace.run(["demo", "--write-only", "sample"])
    #expect(outcome.code == 0)
    #expect(workplace.exists("sample/nightly.json"))
    #expect(!workplace.exists("sample/lake"))
  }
}
