import Ingestion
import Testing
import Warehouse

/// Numbers of accounts, which a spreadsheet that saves a bill makes something else of.
@Suite struct AccountNumberTests {
  private let lab: Lab

  init() throws { lab = try Lab() }

  private func outcome(_ name: String, _ text: String) throws -> (isLoaded: Bool, note: String) {
    let path = try lab.write(name, text)
    let delivery = try #require(try lab.ingest(path).deliveries.first)
    return (delivery.status == .loaded, delivery.notes.joined(separator: "; "))
  }

  private func legacy(payer: String, account: String) -> String {
    "identity/LineItemId,bill/PayerAccountId,bill/BillingPeriodStartDate,lineItem/UsageAccountId,"
      + "lineItem/LineItemType,lineItem/UsageStartDate,lineItem/CurrencyCode,lineItem/UnblendedCost\n"
      + "a,111122223333,2026-05-01T00:00:00Z,111122223333,Usage,2026-05-03T00:00:00Z,USD,1\n"
      + "b,\(payer),2026-05-01T00:00:00Z,\(account),Usage,2026-05-03T00:00:00Z,USD,1\n"
  }

  // CUR data dictionary: bill/PayerAccountId and lineItem/UsageAccountId are accounts of AWS.
  @Test(arguments: [
    ("1.11111E+11", "111122223333", "bill/PayerAccountId", "1.11111E+11"),
    ("111122223333", "2.22222E+11", "lineItem/UsageAccountId", "2.22222E+11"),
    ("111122223333", "12345678901", "lineItem/UsageAccountId", "12345678901"),
    ("1111-2222-3333", "111122223333", "bill/PayerAccountId", "1111-2222-3333"),
    ("111122223333", "1111222233334", "lineItem/UsageAccountId", "1111222233334"),
  ])
  func `an account of AWS that has not twelve digits is refused with its place`(
    _ payer: String, _ account: String, _ column: String, _ found: String
  ) throws {
    let refused = try outcome("in/bill.csv", legacy(payer: payer, account: account))
    #expect(!refused.isLoaded)
    #expect(
      refused.note.contains(
        "bill.csv row 3, column '\(column)': expected an account of 12 digits, found '\(found)': "
          + "if a spreadsheet has saved the file, fetch it again"), "\(refused)")
    #expect(try !lab.warehouse.hasTable("cur"))
  }

  @Test(arguments: [("111122223333", "012345678901"), ("111122223333", ""), ("", "111122223333")])
  func `twelve digits are one, zeros in front too, and nothing may be there`(
    _ payer: String, _ account: String
  ) throws {
    let loaded = try outcome("in/bill.csv", legacy(payer: payer, account: account))
    #expect(loaded.isLoaded, "\(loaded)")
    #expect(try lab.number("SELECT count(*) FROM cur") == 2)
  }

  @Test func `in JSON lines of CUR 2_0 it is the same`() throws {
    func row(_ account: String) -> String {
      #"{"identity_line_item_id":"a","identity_time_interval":"x","bill_payer_account_id":"111122223333","#
        + #""bill_payer_account_name":"n","line_item_usage_account_id":\#(account),"#
        + #""bill_billing_period_start_date":"2026-05-01T00:00:00.000Z","#
        + #""line_item_line_item_type":"Usage","line_item_usage_start_date":"2026-05-03T00:00:00.000Z","#
        + #""line_item_currency_code":"USD","line_item_unblended_cost":1}"# + "\n"
    }
    let refused = try outcome("in/a.jsonl", row("12345678901"))
    #expect(refused.note.contains("'line_item_usage_account_id': expected an account of 12 digits"))
    #expect(try outcome("in/b.jsonl", row(#""012345678901""#)).isLoaded)
  }

  // MARK: Other providers

  private func focus(_ accounts: String...) -> String {
    "BilledCost,BillingAccountId,BillingCurrency,BillingPeriodStart,ChargeCategory,ChargePeriodStart,"
      + "ServiceName,SubAccountId\n"
      + accounts.map {
        "1,acme,USD,2026-05-01T00:00:00Z,Usage,2026-05-03T00:00:00Z,VM,\($0)\n"
      }.joined()
  }

  @Test func `in FOCUS a column of nothing but exponents is refused`() throws {
    let refused = try outcome("in/focus.csv", focus("", "1.11111E+11", "2.22222E+11", ""))
    #expect(!refused.isLoaded)
    #expect(
      refused.note.contains(
        "focus.csv, column 'SubAccountId': expected numbers of accounts, found '1.11111E+11' and the "
          + "like only"), "\(refused)")
  }

  @Test(arguments: [
    ["12345678901", "/subscriptions/0a0b", "000-00-000"], ["1.11111E+11", "7"], ["", ""], ["1E5"],
  ])
  func `whatever other providers call accounts is loaded`(_ accounts: [String]) throws {
    let text = accounts.reduce(focus()) { $0 + focus($1).split(separator: "\n")[1] + "\n" }
    let loaded = try outcome("in/focus.csv", text)
    #expect(loaded.isLoaded, "\(loaded)")
  }
}
