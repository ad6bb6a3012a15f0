// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_folded_sequencer_tb.v
`default_nettype none

module tandem_folded_sequencer_tb;
    `include "tb/tandem_bench.vh"

    // A pass of two turns in each loop, a load, the end. Every address against nested loops.
    reg start = 1'b0, move_done = 1'b0, chunk_ready = 1'b0;
    wire done, trace, take, free_weights, free_scales, move_load, move_store, move_take, move_flip;
    wire [15:0] index, free_words, free_scale_words;
    wire [1:0] region;
    wire [31:0] offset, address;
    wire [23:0] words, beats;
    wire step, first, last, pad, lanes, scalar, maximum, paired, lookup;
    wire [11:0] read_address, write_address;
    wire [5:0] weight_address;
    wire [1:0] weight_slice;
    wire [3:0] scale_address;
    wire [6:0] table_index;
    wire signed [7:0] pad_value, low, high;
    wire signed [17:0] factor_first, factor_other;
    tandem_folded_sequencer #(
        .PROGRAM_LOG2(7), .PROGRAM_FILE("tb/tandem_folded_sequencer_tb.hex")
    ) dut (
        .clk(clk), .rst(rst), .start(start), .done(done), .trace(trace), .trace_index(index),
        .chunk_ready(chunk_ready), .chunk_take(take), .free_weights(free_weights), .free_weight_words(free_words),
        .free_scales(free_scales), .free_scale_words(free_scale_words), .move_load(move_load),
        .move_store(move_store), .move_take(move_take),
        .move_region(region), .move_flip(move_flip), .move_offset(offset),
        .move_address(address), .move_words(words), .move_beats(beats), .move_done(move_done), .step(step),
        .step_first(first), .step_last(last), .step_pad(pad), .read_address(read_address),
        .weight_address(weight_address), .weight_slice(weight_slice), .write_address(write_address),
        .scale_address(scale_address), .lanes(lanes), .scalar(scalar), .maximum(maximum), .paired(paired),
        .lookup(lookup), .table_index(table_index), .pad_value(pad_value), .low(low), .high(high),
        .factor_first(factor_first), .factor_other(factor_other)
    );
    integer n = 0, takes = 0, frees = 0, loads = 0, ends = 0, c, kx, ky, x, y, b;
    always @(posedge clk) if (!rst) begin
        if (take) takes = takes + 1;
        if (free_weights) frees = frees + free_words;
        chunk_ready <= $random;
        move_done <= 1'b0;
        if (step) begin
            c = n & 1;
            kx = n / 2 & 1;
            ky = n / 4 & 1;
            x = n / 8 & 1;
            y = n / 16 & 1;
            b = n / 32;
            if (read_address !== ((100 + c + 2 * kx + 10 * ky + 4 * x + 20 * y) & 4095)) errors = errors + 1;
            if (write_address !== 50 + 3 * x + 6 * y + b) errors = errors + 1;
            if (pad !== (ky + y - 1 < 0 | kx + x - 1 < 0)) errors = errors + 1;
            // Chunks of eight words, two slices a step.
            if (weight_address !== 8 * b + (n & 7) * 2 / 4 + 0 * x) errors = errors + 1;
            if (weight_slice !== ((n & 7) * 2 & 3)) errors = errors + 1;
            if (scale_address !== b) errors = errors + 1;
            if (first !== (n % 8 == 0) | last !== (n % 8 == 7)) errors = errors + 1;
            if (low !== -5 | high !== 100 | pad_value !== 3 | lanes) errors = errors + 1;
            n = n + 1;
        end
        if (move_load) begin
            loads = loads + 1;
            if (region !== 2'd2 | !move_flip | offset !== 77 | address !== 9 | words !== 33 | beats !== 66)
                errors = errors + 1;
            move_done <= 1'b1;
        end
        if (done) begin
            ends = ends + 1;
            if (n != 64 | takes != 2 | frees != 16 | loads != 1 | index !== 16'd2) errors = errors + 1;
            finish;
        end
        start <= index == 0 & n == 0 & !step & ends == 0 & !trace;
    end
endmodule

`default_nettype wire
