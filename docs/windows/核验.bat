@echo off
rem Drop a folder (or several files) of self-evaluation forms on this file.
chcp 65001 >nul
setlocal
set "HOME_DIR=%~dp0..\.."
set PYTHONUTF8=1
if "%~1"=="" (
  echo 请把装着自评表的文件夹拖到这个文件上。
  pause
  exit /b 2
)
"%HOME_DIR%\.venv\Scripts\perfbatch.exe" run %* --output "%~dp1核验结果"
if exist "%~dp1核验结果\汇总.xlsx" start "" "%~dp1核验结果\汇总.xlsx"
pause
