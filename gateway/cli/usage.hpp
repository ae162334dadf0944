#pragma once
/// Help pages and what is said about arguments that can't be understood.

#include <string>

#include <CLI/CLI.hpp>

#include "protocols/error.hpp"

namespace troupe::cli {

/// Sets the look of all help pages. Call before commands are added.
void shape_help(CLI::App& app);

/// The help page of a command: `text` is one line of what it is for, an empty line, and examples; `ending` is what else
/// should be known, with its exit statuses.
void describe(CLI::App& command, const std::string& text, const std::string& ending);

/// CLI11's complaint as a sentence of ours: an unknown option or command names the nearest one there is.
error usage_error(const CLI::App& app, const CLI::ParseError& complaint);

/// A CLI11 validator for names of collections and the like: empty when `text` is one.
std::string check_name(std::string& text);

/// Nothing was asked for, or something that is no command.
error missing_command(const CLI::App& app);

} // namespace troupe::cli
