@echo off
rem With a FOLDER: installs into it, %USERPROFILE%\perfbatch unless it is named. No network, no administrator.
setlocal EnableExtensions DisableDelayedExpansion
set "NoDefaultCurrentDirectoryInExePath=1"
"%SystemRoot%\System32\chcp.com" 65001 >nul 2>nul
set "FILES=%~dp0files"
set "FOLDER=%~f1"
if "%~1"=="" set "FOLDER=%USERPROFILE%\perfbatch"
set "WANTED=@PYTHON@"
set "ARCHIVE=@ARCHIVE@"
set "SHA256=@SHA256@"
set "PYTHON="
set "STATUS=2"
if not exist "%FILES%\install.py" goto incomplete
if not defined ARCHIVE goto search
echo %ARCHIVE%
echo SHA-256 %SHA256%
"%SystemRoot%\System32\certutil.exe" -hashfile "%FILES%\%ARCHIVE%" SHA256 | "%SystemRoot%\System32\find.exe" /i "%SHA256%" >nul
if errorlevel 1 goto damaged
if /i "%ARCHIVE:~-4%"==".exe" goto setup
set "OWN=%FOLDER%\python-%SHA256:~0,8%"
if exist "%OWN%\.whole" goto unpacked
if exist "%OWN%" rmdir /s /q "%OWN%"
mkdir "%OWN%"
"%SystemRoot%\System32\tar.exe" -xf "%FILES%\%ARCHIVE%" -C "%OWN%"
if errorlevel 1 goto unpack
type nul >"%OWN%\.whole"
:unpacked
for %%P in ("%OWN%\python.exe" "%OWN%\python\python.exe" "%OWN%\tools\python.exe" "%OWN%\python\install\python.exe") do if not defined PYTHON if exist %%P set "PYTHON=%%~P"
if not defined PYTHON goto unpack
goto found
:search
call :look
if defined PYTHON goto found
goto nopython
:setup
call :look
if defined PYTHON goto found
"%FILES%\%ARCHIVE%" /passive InstallAllUsers=0 PrependPath=0 Include_test=0 Include_launcher=0 Shortcuts=0 AssociateFiles=0
call :look
if defined PYTHON goto found
goto nosetup
:found
"%PYTHON%" -I -X utf8 "%FILES%\install.py" install "%FOLDER%"
set "STATUS=%errorlevel%"
goto end
:look
set "TRIED=%LocalAppData%\Programs\Python\Python%WANTED:.=%\python.exe"
call :fits
set "TRIED=%ProgramFiles%\Python%WANTED:.=%\python.exe"
call :fits
set "TRIED=%SystemDrive%\Python%WANTED:.=%\python.exe"
call :fits
for %%P in (python.exe) do set "TRIED=%%~$PATH:P"
call :fits
exit /b
:fits
if defined PYTHON exit /b
if not defined TRIED exit /b
if not exist "%TRIED%" exit /b
"%TRIED%" -I -c "import sys; sys.exit('%%d.%%d' %% sys.version_info[:2] != '%WANTED%' or sys.maxsize < 2**32)" >nul 2>nul
if not errorlevel 1 set "PYTHON=%TRIED%"
exit /b
:incomplete
echo 安装包不完整：没有 files 文件夹。请把压缩包整个解压后，再运行其中的“安装.bat”（不要在压缩包里直接运行）。
goto end
:damaged
echo 安装包里的 Python 已损坏或不是原来的。请重新拷贝、重新解压整个压缩包后再安装。
goto end
:unpack
echo 没有能解开安装包里的 Python 到 "%FOLDER%"：请看上面的原因（磁盘满、没有权限、系统早于 Windows 10 1803）。
goto end
:nosetup
echo Python 没有装成。请双击 files 里的 "%ARCHIVE%" 自己安装一次，再运行“安装.bat”。
goto end
:nopython
echo 这台电脑上没有 64 位的 Python %WANTED%，这个安装包里也没有带。
echo 请安装 Python %WANTED%，或者向做安装包的人要一个带 Python 的（PYTHON_ARCHIVE）。
:end
echo.
pause
exit /b %STATUS%
