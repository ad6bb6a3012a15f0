// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// Line buffer and sliding window: writes the incoming beats (channels side by side, order row, column,
/// channel group) into a ring and reads, for every output pixel and each of NF groups, the taps of the
/// window, one beat a cycle. A group starts when all its input has arrived and `go` says that its results
/// have room; once started it waits for nothing but `step_go`, for what is multiplied with each tap. A beat is
/// overwritten only when no later pixel reads it.
/// Requires pads smaller than the dilated kernel.
module tandem_window #(
    parameter integer WIDTH = 8,     // of a beat
    parameter integer CF = 1,        // beats of an input pixel
    parameter integer IH = 3,        // input rows, columns
    parameter integer IW = 3,
    parameter integer OH = 1,        // output rows, columns
    parameter integer OW = 1,
    parameter integer KH = 3,        // kernel
    parameter integer KW = 3,
    parameter integer SH = 1,        // stride
    parameter integer SW = 1,
    parameter integer DH = 1,        // dilation
    parameter integer DW = 1,
    parameter integer PT = 0,        // padding above and left of the map
    parameter integer PL = 0,
    parameter integer NF = 1,        // groups of a pixel, equally many of each slice
    parameter integer SLICES = 1,    // of the channels: the groups read one slice of each tap after another
    parameter integer DEPTH_LOG2 = 4,
    parameter integer BLOCK = 0,     // the ring stands in block RAM
    parameter integer STEP = 4       // bits of step, 2^STEP >= steps of a pixel
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             in_valid,
    output wire             in_ready,
    input  wire [WIDTH-1:0] in_data,
    input  wire             go,
    input  wire             step_go,
    output wire             start,       // a group starts in this cycle
    output wire             run,         // a tap is read in this cycle
    output reg  [ STEP-1:0] step,        // its step within the pixel
    output reg              data_valid,  // one cycle after the read
    output reg              data_pad,    // the tap lies outside the map
    output reg              data_first,  // of a group
    output reg              data_last,
    output wire [WIDTH-1:0] data
);
    localparam integer CI = CF / SLICES;
    localparam integer EH = (KH - 1) * DH + 1;
    localparam integer EW = (KW - 1) * DW + 1;
    localparam integer ROW = IW * CF;
    localparam integer FRAME = IH * ROW;
    localparam integer DEPTH = 1 << DEPTH_LOG2;
    localparam integer PADDED =
        PT > 0 || PL > 0 || (OH - 1) * SH + EH > IH || (OW - 1) * SW + EW > IW ? 1 : 0;
    localparam integer DENSE = KH * KW == 1 && SH * SW == 1 ? 1 : 0;  // every pixel needs just the next one

    // Beats by which the window's first beat moves: next column, next row, next frame.
    localparam integer MOVE_X = SW * CF;
    localparam integer MOVE_Y = (SH * IW - (OW - 1) * SW) * CF;
    localparam integer MOVE_F = FRAME - (((OH - 1) * SH) * IW + (OW - 1) * SW) * CF;
    localparam integer BACK = CF - CI;
    // The same inside a window: next tap of a row, next row.
    localparam integer TAP_X = DW * CF - (CI - 1);
    localparam integer TAP_Y = (DH * IW - (KW - 1) * DW) * CF - (CI - 1);

    // Signed width for distances in beats.
    localparam integer B = $clog2(2 * FRAME + DEPTH + (SH + EH) * ROW + (SW + EW) * CF + 2) + 1;

    // Beats of a frame that must have arrived before the pixel (row-major index) can start.
    function integer needed;
        input integer pixel;
        integer row, column;
        begin
            row = ((pixel / OW) % OH) * SH - PT + EH;
            column = (pixel % OW) * SW - PL + EW;
            needed = ((row < IH ? row : IH) - 1) * ROW + (column < IW ? column : IW) * CF;
        end
    endfunction

    // ---- the group in work ------------------------------------------------------------------------
    localparam integer BC = $clog2(CI + 1);
    localparam integer BX = $clog2(KW + 1);
    localparam integer BY = $clog2(KH + 1);
    localparam integer BN = $clog2(NF + 1);
    localparam integer BOX = $clog2(OW + 1);
    localparam integer BOY = $clog2(OH + 1);
    localparam integer LAST_C = CI - 1, LAST_X = KW - 1, LAST_Y = KH - 1, LAST_N = NF - 1;
    localparam integer LAST_OX = OW - 1, LAST_OY = OH - 1;
    localparam integer ORIGIN = -(PT * IW + PL) * CF;

    reg [BC-1:0] tap_c;
    reg [BX-1:0] tap_x;
    reg [BY-1:0] tap_y;
    reg [BN-1:0] group;
    reg [BOX-1:0] out_x;
    reg [BOY-1:0] out_y;
    reg fresh;  // the next step is the first of a group
    reg [DEPTH_LOG2-1:0] address, base;

    wire last_c = tap_c == LAST_C[BC-1:0];
    wire last_x = tap_x == LAST_X[BX-1:0];
    wire last_y = tap_y == LAST_Y[BY-1:0];
    wire last_n = group == LAST_N[BN-1:0];
    wire last_ox = out_x == LAST_OX[BOX-1:0];
    wire last_oy = out_y == LAST_OY[BOY-1:0];
    wire last_step = last_c & last_x & last_y;

    reg signed [B-1:0] slack;  // beats written beyond those the pixel needs
    reg signed [B-1:0] room;   // beats that may be written, minus one
    assign run = step_go & (~fresh | (go & ~slack[B-1]));
    wire push = in_valid & in_ready;
    wire pixel_end = run & last_step & last_n;

    assign start = fresh & run;
    assign in_ready = ~room[B-1];

    wire [B-1:0] move = last_ox ? (last_oy ? MOVE_F[B-1:0] : MOVE_Y[B-1:0]) : MOVE_X[B-1:0];
    wire slice_end;  // the group is the last one of its slice
    generate
        if (SLICES > 1 && NF > SLICES) begin : g_slice
            localparam integer EACH = NF / SLICES;
            localparam integer BS = $clog2(EACH);
            localparam integer LAST_S = EACH - 1;
            reg [BS-1:0] turn;
            assign slice_end = turn == LAST_S[BS-1:0];
            always @(posedge clk) begin
                if (rst) turn <= 0;
                else if (run & last_step) turn <= slice_end ? {BS{1'b0}} : turn + 1'b1;
            end
        end else begin : g_same
            localparam [0:0] ONE_EACH = SLICES > 1;
            assign slice_end = ONE_EACH;
        end
    endgenerate
    wire [B+DEPTH_LOG2-1:0] move_back = {{DEPTH_LOG2{1'b0}}, move} - BACK[B+DEPTH_LOG2-1:0];
    wire [DEPTH_LOG2-1:0] next_base = base + (last_n ? move_back[DEPTH_LOG2-1:0] :
                                               slice_end ? CI[DEPTH_LOG2-1:0] : {DEPTH_LOG2{1'b0}});
    wire unused_move = &{1'b0, move_back[B+DEPTH_LOG2-1:DEPTH_LOG2]};

    always @(posedge clk) begin
        if (rst) begin
            tap_c <= 0;
            tap_x <= 0;
            tap_y <= 0;
            group <= 0;
            out_x <= 0;
            out_y <= 0;
            fresh <= 1'b1;
            step <= 0;
            address <= ORIGIN[DEPTH_LOG2-1:0];
            base <= ORIGIN[DEPTH_LOG2-1:0];
        end else if (run) begin
            fresh <= last_step;
            step <= last_step & last_n ? {STEP{1'b0}} : step + 1'b1;
            tap_c <= last_c ? {BC{1'b0}} : tap_c + 1'b1;
            if (last_c) tap_x <= last_x ? {BX{1'b0}} : tap_x + 1'b1;
            if (last_c & last_x) tap_y <= last_y ? {BY{1'b0}} : tap_y + 1'b1;
            if (last_step) begin
                group <= last_n ? {BN{1'b0}} : group + 1'b1;
                base <= next_base;
                address <= next_base;
                if (last_n) begin
                    out_x <= last_ox ? {BOX{1'b0}} : out_x + 1'b1;
                    if (last_ox) out_y <= last_oy ? {BOY{1'b0}} : out_y + 1'b1;
                end
            end else if (~last_c) address <= address + 1'b1;
            else if (last_x) address <= address + TAP_Y[DEPTH_LOG2-1:0];
            else address <= address + TAP_X[DEPTH_LOG2-1:0];
        end
    end

    // ---- which taps lie outside the map -----------------------------------------------------------
    wire outside;
    generate
        if (PADDED != 0) begin : g_padded
            localparam integer BR = $clog2(IH + PT + EH + SH + 1) + 1;
            localparam integer BL = $clog2(IW + PL + EW + SW + 1) + 1;
            localparam integer FIRST_Y = -PT, FIRST_X = -PL;
            reg signed [BR-1:0] row, window_row;  // of the tap; of the window's first tap
            reg signed [BL-1:0] column, window_column;
            wire [BR-1:0] next_row = ~last_n | ~last_ox ? window_row :
                                     last_oy ? FIRST_Y[BR-1:0] : window_row + SH[BR-1:0];
            wire [BL-1:0] next_column = ~last_n ? window_column :
                                        last_ox ? FIRST_X[BL-1:0] : window_column + SW[BL-1:0];
            assign outside = $unsigned(row) >= IH[BR-1:0] | $unsigned(column) >= IW[BL-1:0];
            always @(posedge clk) begin
                if (rst) begin
                    row <= FIRST_Y[BR-1:0];
                    window_row <= FIRST_Y[BR-1:0];
                    column <= FIRST_X[BL-1:0];
                    window_column <= FIRST_X[BL-1:0];
                end else if (run & last_step) begin
                    row <= next_row;
                    window_row <= next_row;
                    column <= next_column;
                    window_column <= next_column;
                end else if (run & last_c) begin
                    column <= last_x ? window_column : column + DW[BL-1:0];
                    if (last_x) row <= row + DH[BR-1:0];
                end
            end
        end else begin : g_inside
            assign outside = 1'b0;
        end
    endgenerate

    // ---- how far the input has come ---------------------------------------------------------------
    wire [B-1:0] need_more;  // beats that the next pixel needs beyond this one
    generate
        if (DENSE != 0) begin : g_dense
            assign need_more = CF[B-1:0];
        end else begin : g_clipped
            localparam integer PIXELS = OH * OW;
            localparam integer X2 = 2 % OW, Y2 = (2 / OW) % OH;
            localparam integer NEED_1 = needed(1 % PIXELS);
            localparam integer MORE_1 = NEED_1 + (1 % PIXELS == 0 ? FRAME : 0) - needed(0);
            localparam integer END_X0 = (EW - PL) * CF, END_X2 = (X2 * SW - PL + EW) * CF;
            localparam integer END_Y0 = (EH - PT - 1) * ROW, END_Y2 = (Y2 * SH - PT + EH - 1) * ROW;
            localparam integer STEP_X = SW * CF, STEP_Y = SH * ROW, MAX_Y = (IH - 1) * ROW;
            // The pixel after next: its index and the end of its window, in beats, not clipped to the map.
            reg [BOX-1:0] ahead_x;
            reg [BOY-1:0] ahead_y;
            reg [B-1:0] end_x, end_y;
            reg [B-1:0] need_next, more;
            wire ahead_last_x = ahead_x == LAST_OX[BOX-1:0];
            wire ahead_last_y = ahead_y == LAST_OY[BOY-1:0];
            wire ahead_frame = (ahead_x == 0) & (ahead_y == 0);
            wire [B-1:0] need_ahead = (end_x < ROW[B-1:0] ? end_x : ROW[B-1:0]) +
                                      (end_y < MAX_Y[B-1:0] ? end_y : MAX_Y[B-1:0]);
            assign need_more = more;
            always @(posedge clk) begin
                if (rst) begin
                    ahead_x <= X2[BOX-1:0];
                    ahead_y <= Y2[BOY-1:0];
                    end_x <= END_X2[B-1:0];
                    end_y <= END_Y2[B-1:0];
                    need_next <= NEED_1[B-1:0];
                    more <= MORE_1[B-1:0];
                end else if (pixel_end) begin
                    need_next <= need_ahead;
                    more <= need_ahead - need_next + (ahead_frame ? FRAME[B-1:0] : {B{1'b0}});
                    ahead_x <= ahead_last_x ? {BOX{1'b0}} : ahead_x + 1'b1;
                    end_x <= ahead_last_x ? END_X0[B-1:0] : end_x + STEP_X[B-1:0];
                    if (ahead_last_x) begin
                        ahead_y <= ahead_last_y ? {BOY{1'b0}} : ahead_y + 1'b1;
                        end_y <= ahead_last_y ? END_Y0[B-1:0] : end_y + STEP_Y[B-1:0];
                    end
                end
            end
        end
    endgenerate

    wire [B-1:0] freed;  // beats that no later pixel reads, once the pixel is done
    generate
        // Windows begin further back in the next row, or frame, where two pads together exceed the kernel: what
        // stands there is padding, so beats are freed as the window passes those freed before.
        if (MOVE_Y < 0 || MOVE_F < 0) begin : g_back
            reg [B-1:0] behind;  // from the first beat that is kept to the window's first one: never positive
            wire [B-1:0] ahead = behind + move;
            assign freed = ahead[B-1] ? {B{1'b0}} : ahead;
            always @(posedge clk) begin
                if (rst) behind <= 0;
                else if (pixel_end) behind <= ahead[B-1] ? ahead : {B{1'b0}};
            end
        end else begin : g_ahead
            assign freed = move;
        end
    endgenerate

    localparam integer SLACK_0 = -needed(0);
    localparam integer ROOM_0 = ORIGIN + DEPTH - 1;
    reg [DEPTH_LOG2-1:0] write_address;
    always @(posedge clk) begin
        if (rst) begin
            slack <= SLACK_0[B-1:0];
            room <= ROOM_0[B-1:0];
            write_address <= 0;
        end else begin
            slack <= slack + {{(B - 1) {1'b0}}, push} - (pixel_end ? need_more : {B{1'b0}});
            room <= room - {{(B - 1) {1'b0}}, push} + (pixel_end ? freed : {B{1'b0}});
            if (push) write_address <= write_address + 1'b1;
        end
    end

    tandem_ram #(
        .WIDTH(WIDTH),
        .DEPTH_LOG2(DEPTH_LOG2),
        .BLOCK(BLOCK)
    ) ring (
        .clk(clk),
        .write(push),
        .write_address(write_address),
        .write_data(in_data),
        .read(1'b1),
        .read_address(address),
        .read_data(data)
    );

    always @(posedge clk) begin
        data_valid <= run & ~rst;
        data_pad <= outside;
        data_first <= fresh;
        data_last <= last_step;
    end
endmodule

`default_nettype wire
