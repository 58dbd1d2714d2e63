# Minato inside the workspace: sql("select ...") gives a data frame of the permit's tables (views named like the files in
# /data). Tables that are created live until the job ends.
sql <- function(query) {
  file <- tempfile("rows-", fileext = ".csv")
  on.exit(unlink(c(file, paste0(file, ".types"), paste0(file, ".error"))))
  Sys.setenv(MINATO_SQL_FILE = "/scratch/.session.duckdb")
  status <- system2("/usr/bin/python3", c("-m", "minato", "r", file), input = query, stderr = paste0(file, ".error"))
  if (status != 0) {
    stop(paste(readLines(paste0(file, ".error")), collapse = "\n"), call. = FALSE)
  }
  if (!file.exists(file)) {
    return(invisible(NULL))
  }
  utils::read.csv(file, colClasses = readLines(paste0(file, ".types")), na.strings = "\\N", check.names = FALSE, encoding = "UTF-8")
}

# Counts distinct persons of a table or query by columns, hides cells below the minimum, and declares the table for the exit. There are no totals,
# so that what is hidden cannot be computed from what is not.
crosstab <- function(name, by, table, person = "person_id", minimum = 10, description = paste("Persons by", paste(by, collapse = ", "))) {
  quoted <- paste0('"', gsub('"', '""', by), '"', collapse = ", ")
  source <- if (grepl("^[A-Za-z_][A-Za-z0-9_]*$", table)) table else paste0("(", table, ")")
  counted <- sql(paste0("select ", quoted, ", count(distinct \"", person, "\") as persons from ", source, " as t group by ", quoted, " order by ", quoted))
  counted$persons <- ifelse(counted$persons < minimum, "*", format(counted$persons, scientific = FALSE, trim = TRUE))
  declare(name, counted, "FrequencyTable", by, "persons", description = description)
}

# Writes coefficients and standard errors of a fitted model (lm, glm), with the persons and residual degrees of freedom behind them, and declares the table.
model <- function(name, fit, description = "Coefficients of a model") {
  found <- stats::coef(summary(fit))
  table <- data.frame(term = rownames(found), persons = stats::nobs(fit), df = stats::df.residual(fit), estimate = signif(found[, 1], 6), std_error = signif(found[, 2], 6))
  declare(name, table, "Model", "term", "persons", df = "df", description = description)
}

# Writes a data frame to /out and says beside it what it is.
declare <- function(name, table, kind, dimensions, count, df = NULL, description = "") {
  text <- function(value) paste0('"', gsub('(["\\\\])', "\\\\\\1", value), '"')
  utils::write.csv(table, paste0("/out/", name, ".csv"), row.names = FALSE, quote = FALSE)
  writeLines(paste0('{"runId":"","fileName":"","underlyingFile":null,"kind":', text(kind), ',"dimensionColumns":[', paste(text(dimensions), collapse = ","), '],"countColumn":', text(count),
    if (is.null(df)) "" else paste0(',"degreesOfFreedomColumn":', text(df)), ',"description":', text(description), "}"), paste0("/out/", name, ".csv.minato.json"))
  invisible(table)
}

# Tells how far a job is: share is 0 to 1.
progress <- function(share, what = "") {
  cat(sprintf("[progress %d] %s\n", as.integer(round(100 * share)), what))
}
