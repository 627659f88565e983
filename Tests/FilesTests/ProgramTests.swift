import Files
import Testing

@Suite struct ProgramTests {
  private func shell(_ line: String, change: (inout Program) -> Void = { _ in }) throws
    -> Program.Outcome
  {
    var program = Program(["sh", "-c", line])
    change(&program)
    return try program.run()
  }

  @Test func `output, complaint and status come back`() throws {
    let outcome = try shell("echo out; echo err >&2; exit 7")
    #expect(String(decoding: outcome.output, as: UTF8.self) == "out\n")
    #expect(outcome.complaint == "err\n")
    #expect(outcome.status == 7)
  }

  @Test func `input larger than a pipe reaches the program while it writes as much`() throws {
    let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 3 << 20)
    let outcome = try shell("cat") {
      $0.input = bytes
      $0.outputLimit = 4 << 20
    }
    #expect(outcome.output == bytes)
  }

  @Test func `a program that reads nothing is not waited for`() throws {
    let outcome = try shell("exit 3") { $0.input = [UInt8](repeating: 0, count: 1 << 20) }
    #expect(outcome.status == 3)
  }

  @Test func `arguments are not read by a shell`() throws {
    let outcome = try Program(["printf", "%s|", "$(id)", "a b", "*"]).run()
    #expect(String(decoding: outcome.output, as: UTF8.self) == "$(id)|a b|*|")
  }

  @Test func `variables are changed and the others are kept`() throws {
    let outcome = try shell("echo \"$WORD $HOME\" | cut -c 1-6; test -n \"$PATH\"") {
      $0.settings = ["WORD": "hello"]
    }
    #expect(String(decoding: outcome.output, as: UTF8.self).hasPrefix("hello"))
    #expect(outcome.status == 0)
  }

  @Test func `a signal is told as shells tell it`() throws {
    #expect(try shell("kill -9 $$").status == 137)
  }

  @Test func `what a program leaves running does not hold it up`() throws {
    let outcome = try shell("sleep 30 & echo done")
    #expect(String(decoding: outcome.output, as: UTF8.self) == "done\n")
  }

  @Test func `a missing program, a slow one and one that prints without end are errors`() {
    #expect(throws: ProgramError.self) { try Program(["kakeibo-no-such-program"]).run() }
    #expect(throws: ProgramError.self) { try Program([]).run() }
    #expect(throws: ProgramError.self) { try shell("sleep 30") { $0.patience = 0.2 } }
    #expect(throws: ProgramError.self) { try shell("yes") { $0.outputLimit = 1 << 16 } }
  }
}
