# Runs cells in one state: visible values are shown, data frames as tables, plots as pictures.
local({
  rows <- 200
  shown <- 0
  path <- function(cell, kind) {
    shown <<- shown + 1
    sprintf("/tmp/cell-%d-%03d.%s", cell, shown, kind)
  }
  show_value <- function(value, cell) {
    if (is.data.frame(value)) {
      file <- path(cell, "csv")
      head <- utils::head(value, rows)
      if (!identical(attr(value, "row.names"), seq_len(nrow(value)))) head <- cbind(data.frame(` ` = rownames(head), check.names = FALSE), head)
      text <- function(v) paste0('"', gsub('"', '""', enc2utf8(as.character(v))), '"')
      lines <- if (nrow(head) == 0) character() else do.call(paste, c(lapply(head, function(column) ifelse(is.na(column), "", text(column))), sep = ","))
      writeLines(c(as.character(nrow(value)), paste(text(names(head)), collapse = ","), lines), file, useBytes = TRUE)
    } else {
      print(value)
    }
  }
  run <- function(cell) {
    grDevices::png(sprintf("/tmp/cell-%d-p%%03d.png", cell), width = 800, height = 560, res = 110)
    on.exit(grDevices::graphics.off())
    tryCatch({
      for (expression in parse(sprintf("/tmp/cell-%d", cell), keep.source = FALSE, encoding = "UTF-8")) {
        given <- withVisible(eval(expression, globalenv()))
        if (given$visible) show_value(given$value, cell)
      }
      "ok"
    }, error = function(e) {
      where <- conditionCall(e)
      cat("Error", if (!is.null(where) && !identical(where, quote(eval(expression, globalenv())))) paste(" in", paste(deparse(where)[1], collapse = " ")), ": ", conditionMessage(e), "\n", sep = "", file = stderr())
      "error"
    }, interrupt = function(i) {
      cat("Interrupted\n", file = stderr())
      "error"
    })
  }
  options(warn = 1, device = "png")
  asks <- file(Sys.getenv("MINATO_ASKS"), "r", raw = TRUE)
  tells <- file(Sys.getenv("MINATO_TELLS"), "w", raw = TRUE)
  repeat {
    line <- tryCatch(readLines(asks, n = 1), interrupt = function(i) NULL)
    if (is.null(line)) next
    if (length(line) == 0) break
    shown <- 0
    writeLines(run(as.integer(line)), tells)
    flush(tells)
  }
})
