// SPDX-License-Identifier: GPL-3.0-or-later
// What every self-checking test bench has: clock, reset, the count of errors and the end.
    reg clk = 1'b0, rst = 1'b1;
    always #5 clk = ~clk;
    integer errors = 0;
    initial begin
        repeat (4) @(posedge clk);
        #1 rst = 1'b0;
    end
    task finish;
        begin
            if (errors == 0) $display("PASS");
            else $display("FAIL: %0d errors", errors);
            $finish;
        end
    endtask
