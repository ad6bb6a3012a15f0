// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// A constant that synthesis must treat as a signal, so that operators keep their general shape.
(* keep_hierarchy *)
module tandem_constant #(
    parameter integer WIDTH = 1,
    parameter [63:0] VALUE = 0
) (
    output wire [WIDTH-1:0] value
);
    assign value = VALUE[WIDTH-1:0];
endmodule

`default_nettype wire
