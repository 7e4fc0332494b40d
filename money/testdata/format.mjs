// Writes format.tsv: how ICU writes amounts. Run once: node format.mjs > format.tsv
// Decimals come from ISO 4217, not from CLDR, which disagrees for some currencies.
const exponents = {EUR: 2, GBP: 2, USD: 2, JPY: 0, CHF: 2, CAD: 2, SEK: 2, BHD: 3, XPF: 0, HUF: 2, CLF: 4};
const symbols = ["EUR", "GBP", "USD", "JPY"];
const minors = ["0", "1", "-1", "9", "10", "99", "100", "-100", "12345", "99999", "100000", "123450", "-123450",
  "1234567", "99999999", "100000000", "-1234567890", "9223372036854775807", "-9223372036854775807"];
const lines = [`# ICU ${process.versions.icu}, CLDR ${process.versions.cldr}: language, currency, minor units, text`];
for (const language of ["fr", "en"]) {
  for (const [currency, exponent] of Object.entries(exponents)) {
    const format = new Intl.NumberFormat(language, {
      style: "currency", currency, currencyDisplay: symbols.includes(currency) ? "narrowSymbol" : "code",
      minimumFractionDigits: exponent, maximumFractionDigits: exponent,
    });
    for (const minor of minors) {
      const digits = minor.replace("-", "").padStart(exponent + 1, "0");
      const split = digits.length - exponent;
      const decimal = (minor[0] === "-" ? "-" : "") + digits.slice(0, split) + (exponent ? "." + digits.slice(split) : "");
      lines.push([language, currency, minor, format.format(decimal)].join("\t"));
    }
  }
}
console.log(lines.join("\n"));
