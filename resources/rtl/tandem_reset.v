// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// The one inverter of an active-low reset. Its hierarchy is kept: a synthesizer that sees through it may give
/// every flip-flop an inverter of its own.
(* keep_hierarchy *)
module tandem_reset #(
    parameter integer ACTIVE_LOW = 1
) (
    input  wire reset_in,
    output wire rst
);
    assign rst = ACTIVE_LOW != 0 ? ~reset_in : reset_in;
endmodule

`default_nettype wire
