<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name>Format</name>
    <message>
        <location filename="../widgets/format.cpp" line="41"/>
        <source>unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/format.cpp" line="43"/>
        <location filename="../widgets/format.cpp" line="59"/>
        <source>proxy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/format.cpp" line="45"/>
        <source>predicted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/format.cpp" line="47"/>
        <source>modelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/format.cpp" line="49"/>
        <source>measured</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/format.cpp" line="61"/>
        <source>pred.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/format.cpp" line="63"/>
        <source>mod.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/format.cpp" line="65"/>
        <source>meas.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/format.cpp" line="121"/>
        <source>Point %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/format.cpp" line="129"/>
        <source>keeps %1 of %2 points and %3 of %4 on the front</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Metric</name>
    <message>
        <location filename="../widgets/format.cpp" line="13"/>
        <source>Accuracy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/format.cpp" line="13"/>
        <source>Agreement</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/format.cpp" line="14"/>
        <source>Latency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/format.cpp" line="14"/>
        <source>Throughput</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/format.cpp" line="15"/>
        <source>Energy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/format.cpp" line="15"/>
        <source>Power</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/format.cpp" line="16"/>
        <source>LUT</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/format.cpp" line="16"/>
        <source>FF</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/format.cpp" line="17"/>
        <source>DSP</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/format.cpp" line="17"/>
        <source>BRAM</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/format.cpp" line="18"/>
        <source>DRAM traffic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/format.cpp" line="18"/>
        <source>MACs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/format.cpp" line="19"/>
        <source>Parameters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/format.cpp" line="19"/>
        <source>Utilization</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NetworkPanel</name>
    <message>
        <location filename="../widgets/network_rows.cpp" line="46"/>
        <source>host</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/network_rows.cpp" line="47"/>
        <source>hardware</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/network_rows.cpp" line="50"/>
        <source>Runs on the host: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PointText</name>
    <message numerus="yes">
        <location filename="../widgets/point_text.cpp" line="26"/>
        <source>and %n more</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tandem::app::MainWindow</name>
    <message>
        <location filename="../app/desktop/main_window.cpp" line="90"/>
        <source>Search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/main_window.cpp" line="115"/>
        <source>Epoch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/main_window.cpp" line="115"/>
        <source>From point</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/main_window.cpp" line="115"/>
        <source>Change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/main_window.cpp" line="130"/>
        <location filename="../app/desktop/main_window.cpp" line="142"/>
        <source>Steering journal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/main_window.cpp" line="135"/>
        <source>Network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/main_window.cpp" line="137"/>
        <source>Parameters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/main_window.cpp" line="138"/>
        <source>Objectives and constraints</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/main_window.cpp" line="140"/>
        <source>Front</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/main_window.cpp" line="144"/>
        <source>Point</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/main_window.cpp" line="146"/>
        <source>Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/main_window.cpp" line="242"/>
        <source>There is no file &apos;%1&apos;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/main_window.cpp" line="249"/>
        <source>&apos;%1&apos; is neither an ONNX model (.onnx) nor a study (.tandem).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/main_window.cpp" line="269"/>
        <source>Open a model or a study</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/main_window.cpp" line="270"/>
        <source>Models and studies (*.onnx *.tandem);;All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/main_window.cpp" line="277"/>
        <source>New study: which network?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/main_window.cpp" line="278"/>
        <source>ONNX models (*.onnx)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/main_window.cpp" line="285"/>
        <source>New study: where to keep it?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/main_window.cpp" line="286"/>
        <source>Studies (*.tandem)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/main_window.cpp" line="295"/>
        <source>A folder with the data set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/main_window.cpp" line="360"/>
        <source>&amp;Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/main_window.cpp" line="360"/>
        <location filename="../app/desktop/menus.cpp" line="61"/>
        <source>&amp;Start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/main_window.cpp" line="412"/>
        <source>Tandem</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/main_window.cpp" line="413"/>
        <source>%1 – Tandem</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="30"/>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="31"/>
        <source>&amp;Open…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="31"/>
        <source>Open an ONNX model or a study</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="33"/>
        <source>&amp;New study…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="33"/>
        <source>Choose a model and where its study is kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="35"/>
        <source>&amp;Recent files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="39"/>
        <source>&amp;Export point…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="39"/>
        <source>Ctrl+E</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="40"/>
        <source>Write C++, RTL, ONNX and a report for the selected point</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="41"/>
        <source>&amp;Close study</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="41"/>
        <source>Close the study that is open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="44"/>
        <source>&amp;Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="44"/>
        <source>Leave the program; the study is kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="48"/>
        <source>&amp;Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="50"/>
        <source>&amp;Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="51"/>
        <source>&amp;Redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="57"/>
        <source>&amp;Release all parameters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="57"/>
        <source>Ctrl+Shift+R</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="58"/>
        <source>Give every parameter its whole range back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="60"/>
        <source>&amp;Search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="61"/>
        <source>Start or pause the search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="64"/>
        <source>P&amp;in values of the selected point</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="64"/>
        <source>Ctrl+P</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="65"/>
        <source>Hold every parameter at the selected point&apos;s value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="68"/>
        <source>&amp;Refine the selected point</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="68"/>
        <source>Ctrl+R</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="69"/>
        <source>Replay exact cycles and measure the integer network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="73"/>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="74"/>
        <source>&amp;Keyboard shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="74"/>
        <source>List the shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="76"/>
        <source>&amp;About Tandem</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="76"/>
        <source>Version and licence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="82"/>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="83"/>
        <source>&amp;Fit the scatter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="83"/>
        <source>Ctrl+0</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="84"/>
        <source>Show all points inside the rules</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="85"/>
        <source>&amp;Theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="89"/>
        <source>&amp;System</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="89"/>
        <source>&amp;Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="90"/>
        <source>&amp;Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="105"/>
        <source>&amp;Reset layout</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="105"/>
        <source>Put every panel back where it was</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="124"/>
        <source>&amp;Clear</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="132"/>
        <source>About Tandem</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="133"/>
        <source>&lt;h3&gt;Tandem %1&lt;/h3&gt;&lt;p&gt;Searches a neural network and the FPGA accelerator that runs it as one design.&lt;/p&gt;&lt;p&gt;Licensed under the GNU General Public License, version 3 or later. What it generates for you is yours.&lt;/p&gt;&lt;p&gt;Built with Qt and QCustomPlot.&lt;/p&gt;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="152"/>
        <source>Scatter: along the front</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="152"/>
        <source>arrow keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="154"/>
        <source>Scatter: zoom in, out, fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/menus.cpp" line="155"/>
        <source>Keyboard shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tandem::app::StartPage</name>
    <message>
        <location filename="../app/desktop/start_page.cpp" line="16"/>
        <source>Drop an ONNX file here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/start_page.cpp" line="22"/>
        <source>Tandem searches the network and the FPGA accelerator that runs it as one design. A .tandem study opens the same way.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/start_page.cpp" line="27"/>
        <source>Open…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/start_page.cpp" line="31"/>
        <source>Open an ONNX model or a study</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/start_page.cpp" line="32"/>
        <source>Try the sample</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/start_page.cpp" line="33"/>
        <source>Open the small Fashion-MNIST network that comes with the program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../app/desktop/start_page.cpp" line="71"/>
        <source>Recent</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tandem::widgets::ConstraintPanel</name>
    <message>
        <location filename="../widgets/constraint_panel.cpp" line="24"/>
        <source>Add constraint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/constraint_panel.cpp" line="30"/>
        <source>none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/constraint_panel.cpp" line="39"/>
        <source>Objective %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/constraint_panel.cpp" line="40"/>
        <source>Objective %1: ↑ more is better, ↓ less is better</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/constraint_panel.cpp" line="51"/>
        <source>Add a bound that every feasible point keeps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/constraint_panel.cpp" line="60"/>
        <source>Objectives</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/constraint_panel.cpp" line="63"/>
        <source>Constraints</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/constraint_panel.cpp" line="70"/>
        <source>Device budget</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tandem::widgets::ConstraintRow</name>
    <message>
        <location filename="../widgets/constraint_row.cpp" line="22"/>
        <source>Constrained metric</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/constraint_row.cpp" line="26"/>
        <source>At most or at least</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/constraint_row.cpp" line="34"/>
        <source>Bound</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/constraint_row.cpp" line="38"/>
        <source>Remove this constraint</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tandem::widgets::ExportPanel</name>
    <message>
        <location filename="../widgets/export_panel.cpp" line="26"/>
        <source>✓ agrees</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/export_panel.cpp" line="28"/>
        <source>✗ differs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/export_panel.cpp" line="30"/>
        <source>– not run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/export_panel.cpp" line="42"/>
        <source>Choose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/export_panel.cpp" line="43"/>
        <location filename="../widgets/export_panel.cpp" line="140"/>
        <source>Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/export_panel.cpp" line="44"/>
        <source>Open folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/export_panel.cpp" line="45"/>
        <source>C++ inference code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/export_panel.cpp" line="46"/>
        <source>RTL accelerator</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/export_panel.cpp" line="47"/>
        <source>ONNX model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/export_panel.cpp" line="48"/>
        <source>Report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/export_panel.cpp" line="49"/>
        <source>Verify: build, simulate, synthesize and compare</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/export_panel.cpp" line="51"/>
        <source>Checked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/export_panel.cpp" line="51"/>
        <source>Predicted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/export_panel.cpp" line="51"/>
        <source>Found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/export_panel.cpp" line="51"/>
        <source>Result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/export_panel.cpp" line="52"/>
        <source>Result of the verification</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/export_panel.cpp" line="53"/>
        <source>Folder to write to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/export_panel.cpp" line="54"/>
        <source>Export folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/export_panel.cpp" line="92"/>
        <source>Export to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/export_panel.cpp" line="109"/>
        <source>Export %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/export_panel.cpp" line="109"/>
        <source>Select a point to export it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/export_panel.cpp" line="140"/>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/export_panel.cpp" line="153"/>
        <source>Starting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/export_panel.cpp" line="185"/>
        <source>Written to %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <location filename="../widgets/export_panel.cpp" line="186"/>
        <source>Written, but %n checked figure(s) differ.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <location filename="../widgets/export_panel.cpp" line="188"/>
        <source>Written and verified: everything agrees.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <location filename="../widgets/export_panel.cpp" line="189"/>
        <source>Written; what was verified agrees, %n check(s) not run.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tandem::widgets::FrontModel</name>
    <message>
        <location filename="../widgets/front_model.cpp" line="143"/>
        <source>Point</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tandem::widgets::FrontTable</name>
    <message>
        <location filename="../widgets/front_table.cpp" line="23"/>
        <source>Points on the front</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tandem::widgets::Inspector</name>
    <message>
        <location filename="../widgets/inspector.cpp" line="21"/>
        <source>Select a point in the scatter or in the front table.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="22"/>
        <source>Pin these values</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="23"/>
        <location filename="../widgets/inspector.cpp" line="103"/>
        <source>Refine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="24"/>
        <source>Export…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="26"/>
        <source>Metric</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="26"/>
        <location filename="../widgets/inspector.cpp" line="30"/>
        <source>Value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="26"/>
        <source>Source</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="28"/>
        <source>Layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="28"/>
        <source>PE × SIMD</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="28"/>
        <source>W/A bits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="28"/>
        <source>Cycles</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="28"/>
        <source>DSP</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="28"/>
        <source>BRAM</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="28"/>
        <source>Load</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="30"/>
        <source>Parameter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="30"/>
        <source>Imported</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="31"/>
        <source>Metrics of the point</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="32"/>
        <source>Layers of the point&apos;s accelerator</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="33"/>
        <source>Parameters of the point</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="34"/>
        <source>Hold every parameter at this point&apos;s value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="35"/>
        <source>Replay the exact cycles and measure the integer network of this point</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="36"/>
        <source>Write C++, RTL, ONNX and a report for this point, and verify them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="48"/>
        <source>Resources</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="59"/>
        <source>Metrics</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="59"/>
        <source>Layers (modelled)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="60"/>
        <source>Parameters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="103"/>
        <source>Refining…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="131"/>
        <source>On the front</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="132"/>
        <source>Breaks a constraint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="133"/>
        <source>Outside the pins and bounds in force</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="134"/>
        <source>Dominated by the front</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="135"/>
        <source>  ·  sampled in epoch %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/inspector.cpp" line="191"/>
        <source>%1: %2, %3 × %4 × %5 → %6 × %7 × %8, %9 MACs</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tandem::widgets::MessageBar</name>
    <message>
        <location filename="../widgets/message_bar.cpp" line="19"/>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/message_bar.cpp" line="20"/>
        <source>Dismiss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/message_bar.cpp" line="46"/>
        <source>Problem</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tandem::widgets::NetworkPanel</name>
    <message>
        <location filename="../widgets/network_panel.cpp" line="15"/>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/network_panel.cpp" line="15"/>
        <source>Operator</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/network_panel.cpp" line="15"/>
        <source>Output</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/network_panel.cpp" line="15"/>
        <source>MACs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/network_panel.cpp" line="15"/>
        <source>Parameters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/network_panel.cpp" line="16"/>
        <source>Bundle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/network_panel.cpp" line="16"/>
        <source>Runs on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/network_panel.cpp" line="18"/>
        <source>Layers of the network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/network_panel.cpp" line="37"/>
        <source>%1 operators  ·  %2 MACs  ·  %3 parameters  ·  %4 bundles</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tandem::widgets::ParameterModel</name>
    <message>
        <location filename="../widgets/parameter_model.cpp" line="43"/>
        <source>Accelerator</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/parameter_model.cpp" line="43"/>
        <source>Network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/parameter_model.cpp" line="222"/>
        <source>Legal values: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/parameter_model.cpp" line="247"/>
        <source>%1 is %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/parameter_model.cpp" line="249"/>
        <source>pinned</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/parameter_model.cpp" line="249"/>
        <source>free</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/parameter_model.cpp" line="314"/>
        <source>What is searched</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/parameter_model.cpp" line="314"/>
        <source>Parameter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/parameter_model.cpp" line="316"/>
        <source>Hold the parameter at its value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/parameter_model.cpp" line="316"/>
        <source>Pin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/parameter_model.cpp" line="318"/>
        <source>The pinned value, else that of the selected point, else the imported one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/parameter_model.cpp" line="319"/>
        <source>Value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/parameter_model.cpp" line="321"/>
        <source>The smallest value the search may choose</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/parameter_model.cpp" line="321"/>
        <source>From</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/parameter_model.cpp" line="323"/>
        <source>The largest value the search may choose</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/parameter_model.cpp" line="323"/>
        <source>To</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tandem::widgets::ParameterPanel</name>
    <message>
        <location filename="../widgets/parameter_panel.cpp" line="54"/>
        <source>Release all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/parameter_panel.cpp" line="60"/>
        <source>Parameters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/parameter_panel.cpp" line="62"/>
        <source>Each row can be pinned, bounded and given a value while the search runs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/parameter_panel.cpp" line="71"/>
        <source>Filter, e.g. weight or b3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/parameter_panel.cpp" line="73"/>
        <source>Filter parameters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/parameter_panel.cpp" line="78"/>
        <source>Give every parameter its whole range back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/parameter_panel.cpp" line="149"/>
        <source>Pin all values of a point</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/parameter_panel.cpp" line="165"/>
        <source>Release all parameters</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tandem::widgets::PlotLegend</name>
    <message>
        <location filename="../widgets/plot_legend.cpp" line="46"/>
        <source>Legend</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/plot_legend.cpp" line="55"/>
        <source>predicted or modelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/plot_legend.cpp" line="55"/>
        <source>measured</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/plot_legend.cpp" line="55"/>
        <source>pale: outside the rules</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/plot_legend.cpp" line="55"/>
        <source>front</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/plot_legend.cpp" line="56"/>
        <source>selected</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tandem::widgets::ResourceGauge</name>
    <message>
        <location filename="../widgets/resource_gauge.cpp" line="22"/>
        <source>%1 of %2 %3, %4 % (%5)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tandem::widgets::RunBar</name>
    <message>
        <location filename="../widgets/run_bar.cpp" line="43"/>
        <location filename="../widgets/run_bar.cpp" line="196"/>
        <source>Start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="47"/>
        <source>None: agreement only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="48"/>
        <source>Fashion-MNIST</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="49"/>
        <source>Choose a folder or file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="53"/>
        <source>all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="57"/>
        <source>Start or pause the search (F5)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="68"/>
        <source>Device</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="68"/>
        <source>What the accelerator must fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="69"/>
        <source>Data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="70"/>
        <source>What accuracy is measured on; without data agreement with the imported network is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="71"/>
        <source>Algorithm</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="71"/>
        <source>How points are proposed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="72"/>
        <source>Seed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="72"/>
        <source>The same seed and steering give the same points</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="73"/>
        <source>Threads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="74"/>
        <source>How many threads evaluate points; does not change the result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="83"/>
        <source>Points</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="84"/>
        <source>Points/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="85"/>
        <source>Front</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="86"/>
        <source>Hypervolume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="87"/>
        <source>Elapsed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="107"/>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="107"/>
        <location filename="../widgets/run_bar.cpp" line="239"/>
        <source>Preparing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="139"/>
        <source>%1: %2 LUT, %3 DSP, %4 block RAMs of 36 Kbit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="196"/>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="196"/>
        <source>Continue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="202"/>
        <source>Ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="205"/>
        <source>Searching</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="208"/>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="211"/>
        <source>Finished</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/run_bar.cpp" line="214"/>
        <source>Failed</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tandem::widgets::ScatterView</name>
    <message>
        <location filename="../widgets/scatter_view.cpp" line="109"/>
        <source>Metric on the vertical axis</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/scatter_view.cpp" line="110"/>
        <source>Metric on the horizontal axis</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/scatter_view.cpp" line="113"/>
        <location filename="../widgets/scatter_view.cpp" line="114"/>
        <source>log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/scatter_view.cpp" line="115"/>
        <source>Logarithmic vertical axis</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/scatter_view.cpp" line="116"/>
        <source>Logarithmic horizontal axis</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/scatter_view.cpp" line="120"/>
        <source>Fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/scatter_view.cpp" line="121"/>
        <source>Show all points inside the rules and follow them (double click, or key 0)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/scatter_view.cpp" line="134"/>
        <source>against</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/scatter_view.cpp" line="328"/>
        <source>Hover over a point to name it; click to inspect it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/scatter_view.cpp" line="532"/>
        <source>Scatter of all points</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/scatter_view.cpp" line="533"/>
        <source>%1 against %2, %3 points, %4 on the front. Arrow keys walk along the front.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tandem::widgets::SessionController</name>
    <message>
        <location filename="../widgets/session_controller.cpp" line="29"/>
        <source>There is not enough memory for this.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/session_controller.cpp" line="69"/>
        <source>Reading %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/session_controller.cpp" line="86"/>
        <source>Finding out what %1 can be made of</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/session_controller.cpp" line="93"/>
        <source>Opening %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/session_controller.cpp" line="104"/>
        <source>Preparing the study for %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/session_controller.cpp" line="241"/>
        <source>There is nothing to export from.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tandem::widgets::Steering</name>
    <message>
        <location filename="../widgets/steering.cpp" line="25"/>
        <source>Pin %1 = %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/steering.cpp" line="28"/>
        <source>Bound %1 to %2 … %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/steering.cpp" line="32"/>
        <source>Release %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/steering.cpp" line="41"/>
        <source>Remove all constraints</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/steering.cpp" line="42"/>
        <source>Constrain %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/steering.cpp" line="49"/>
        <source>Search for %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../widgets/steering.cpp" line="51"/>
        <source>Evaluate a point of my own</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
